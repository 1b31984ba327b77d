import { type Addresses, readAddresses } from '../connection/addresses.ts';
import { learnClock } from './time.ts';

/** Reads `config.json` beside the page, once. Without it the page works against its own origin. */
export async function loadAddresses(): Promise<Addresses> {
  let config: unknown;
  try {
    const response = await fetch('config.json', { cache: 'no-cache', signal: AbortSignal.timeout(5_000) });
    learnClock(response.headers.get('date'));
    if (response.ok) config = await response.json();
  } catch {
    // As without the file.
  }
  return readAddresses(config, location.href);
}
