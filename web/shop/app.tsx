import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect } from 'preact/hooks';
import type { Addresses } from '../connection/addresses.ts';
import { say } from '../shared/language.ts';
import { Toasts } from '../shared/toast.tsx';
import { ignoreTapsOnWhatMoved } from './aim.ts';
import { startAutoPrint } from './auto-print.ts';
import { startBell, waitingCount } from './bell.ts';
import { Board } from './board.tsx';
import { type Credentials, signIn } from './credentials.ts';
import { Header } from './header.tsx';
import { startNotifying } from './notify.ts';
import { PrintSheet } from './print-sheet.tsx';
import { ReasonDialog } from './reason-dialog.tsx';
import { openScreen, stream } from './screen.ts';
import { Shelf } from './shelf.tsx';
import { SignIn } from './sign-in.tsx';
import { texts } from './texts.ts';
import { keepScreenOn } from './wake-lock.ts';

/** The shop's page: signed in it is a screen of the shop, otherwise a form. */
export function App({ addresses, credentials }: { addresses: Addresses; credentials: Credentials | undefined }) {
  const who = useSignal(credentials);
  useEffect(() => {
    startBell();
    keepScreenOn();
    startNotifying();
    startAutoPrint();
    ignoreTapsOnWhatMoved();
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
        isRefused={isRefused}
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
      <Header state={state} />
      <main>
        <Board state={state} />
      </main>
      <Shelf state={state} />
      <ReasonDialog />
      <PrintSheet />
      <Toasts />
    </>
  );
}
