import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import type { Addresses } from '../connection/addresses.ts';
import { say } from '../shared/language.ts';
import { startBell, waitingCount } from './attention/bell.ts';
import { startNotifying } from './attention/notify.ts';
import { Shelf } from './attention/shelf.tsx';
import { SilentAlarm } from './attention/silent-alarm.tsx';
import { keepScreenOn } from './attention/wake-lock.ts';
import { type Credentials, signIn, wasLinkBroken } from './credentials.ts';
import { Header } from './header.tsx';
import { Board, isBoardKnown } from './orders/board.tsx';
import { ReasonDialog } from './orders/reason-dialog.tsx';
import { startSteps } from './orders/steps.ts';
import { ignoreStrayTaps } from './orders/stray-taps.ts';
import { Tabs } from './orders/tabs.tsx';
import { startAutoPrint } from './print/auto-print.ts';
import { PrintSheet } from './print/print-sheet.tsx';
import { openScreen, stream } from './screen.ts';
import { SignIn } from './sign-in.tsx';
import { texts } from './texts.ts';

/** The shop's page: signed in it is a screen of the shop, otherwise a form. */
export function App({ addresses, credentials }: { addresses: Addresses; credentials: Credentials | undefined }) {
  const who = useSignal(credentials);
  useEffect(() => {
    startBell();
    keepScreenOn();
    startNotifying();
    startAutoPrint();
    startSteps();
    ignoreStrayTaps();
  }, []);
  useEffect(() => {
    if (who.value !== undefined) openScreen(addresses, who.value);
  }, [addresses, who.value]);

  const state = stream.value;
  useLayoutEffect(() => {
    const name = state?.shop?.name ?? say(texts.title);
    document.title = waitingCount.value > 0 ? `(${waitingCount.value}) ${name}` : name;
  });

  const isRefused = state?.link.stoppedBy === 'unauthorized';
  if (who.value === undefined || isRefused) {
    return (
      <SignIn
        shop={who.value?.shop ?? ''}
        reason={isRefused ? 'refused' : wasLinkBroken() ? 'broken-link' : 'new'}
        onSignIn={given => {
          signIn(given);
          who.value = { ...given };
        }}
      />
    );
  }
  if (state === undefined) return null;
  return (
    <>
      <div class="top">
        <Header state={state} />
        {isBoardKnown(state) && <Tabs />}
      </div>
      <main>
        <Board state={state} />
      </main>
      <Shelf state={state} />
      <SilentAlarm />
      <ReasonDialog />
      <PrintSheet />
    </>
  );
}
