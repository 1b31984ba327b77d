/** A moment as SCF writes it: `YYYY-MM-DD HH:MM:SS`, Beijing time. */
export function apiTime(at: Date): string {
  return new Date(at.getTime() + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Reads such a moment. */
export function fromApiTime(text: string): Date {
  return new Date(Date.parse(`${text.replace(' ', 'T')}Z`) - OFFSET_MS);
}

const OFFSET_MS = 8 * 60 * 60 * 1000;
