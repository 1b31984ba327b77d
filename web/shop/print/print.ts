import { signal } from '@preact/signals';
import type { Order } from '../../../functions/domain/frames.ts';

/** A poster with the link for customers, for the door or the counter. */
export interface Poster {
  shop: string;
  url: string;
}

/** The content of the printed sheet. It stays after printing: some browsers render it only when the dialog ends. */
export const printedSheet = signal<Order | Poster | undefined>(undefined);

/** How long to wait for a print dialog that nobody answers. */
const DIALOG_MS = 60_000;

let queue: Promise<void> = Promise.resolve();

/** Prints a ticket, after the sheets that are queued. Resolves when its dialog has closed. */
export function printTicket(order: Order): Promise<void> {
  return enqueue(order);
}

/** Prints the link for customers, in turn with the tickets. */
export function printPoster(poster: Poster): Promise<void> {
  return enqueue(poster);
}

function enqueue(sheet: Order | Poster): Promise<void> {
  queue = queue.then(() => print(sheet));
  return queue;
}

async function print(sheet: Order | Poster): Promise<void> {
  printedSheet.value = sheet;
  await drawn();
  fitPaperToSheet();
  await new Promise<void>(resolve => {
    const timer = setTimeout(resolve, DIALOG_MS);
    addEventListener(
      'afterprint',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
    window.print();
  });
}

/** Resolves after the next frame, or soon in a hidden page, which draws none. */
function drawn(): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, 100);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

const MM_PER_PX = 25.4 / 96;
let paper: CSSStyleSheet | undefined;

/** Sets the length of the page, on a paper roll 80 mm wide, to that of the ticket: CSS alone cannot say that. */
function fitPaperToSheet(): void {
  const sheet = document.getElementById('sheet');
  if (sheet === null || !('adoptedStyleSheets' in document)) return;
  const length = Math.ceil(sheet.offsetHeight * MM_PER_PX) + 4;
  if (paper === undefined) {
    paper = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, paper];
  }
  paper.replaceSync(`@page { size: 80mm ${Math.max(80, length)}mm; margin: 0 }`);
}
