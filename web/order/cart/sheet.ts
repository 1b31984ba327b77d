import { signal } from '@preact/signals';

/** The dish whose choices are being made; with `line`, those of a line that is in the cart already. */
export const sheet = signal<{ dish: string; line?: number } | undefined>(undefined);

/** Asks what is wanted with a dish, or changes what was chosen for a line of the cart. */
export function openSheet(dish: string, line?: number): void {
  sheet.value = line === undefined ? { dish } : { dish, line };
}

/** Ends asking. */
export function closeSheet(): void {
  sheet.value = undefined;
}
