import { signal } from '@preact/signals';
import { type Addresses, fetchAddresses } from '../connection/addresses.ts';
import { onWake } from '../connection/browser.ts';
import { fullJitterMs } from '../connection/reducer.ts';
import { startTimer } from '../connection/timer.ts';
import { adjustClock } from './time.ts';

/** Whether `config.json` was asked for in vain, and is asked for again and again. */
export const areAddressesLate = signal(false);

/** The longest wait before `config.json` is asked for again: 4 s at most, since nothing works without it. */
const WAITS_AT_MOST = 2;

/** Waits for the addresses of `config.json`, for as long as it takes. A page without them has nowhere to turn to. */
export async function waitForAddresses(): Promise<Addresses> {
  for (let tries = 0; ; tries++) {
    const { addresses, date } = await fetchAddresses(location.href).catch(() => ({ addresses: undefined, date: null }));
    if (addresses !== undefined) {
      adjustClock(date);
      areAddressesLate.value = false;
      return addresses;
    }
    areAddressesLate.value = true;
    await waitOrWake(1_000 + fullJitterMs(Math.min(tries, WAITS_AT_MOST), Math.random()));
  }
}

function waitOrWake(ms: number): Promise<void> {
  return new Promise(resolve => {
    const finish = () => {
      stopTimer();
      stopWake();
      resolve();
    };
    const stopTimer = startTimer(finish, ms);
    const stopWake = onWake(finish);
  });
}
