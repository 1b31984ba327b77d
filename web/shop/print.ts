import { signal } from '@preact/signals';
import type { Order } from '../../functions/domain/frames.ts';

/** The order whose ticket is on the sheet. It stays there: some browsers print what they show when the dialog ends. */
export const onPaper = signal<Order | undefined>(undefined);

/** The most that is waited for the end of a print dialog that nobody answers. */
const DIALOG_MS = 60_000;

let queue: Promise<void> = Promise.resolve();

/** Prints one ticket after the other. Answers when this one's dialog is over. */
export function printTicket(order: Order): Promise<void> {
  queue = queue.then(() => print(order));
  return queue;
}

async function print(order: Order): Promise<void> {
  onPaper.value = order;
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

/** A hidden page draws no frames. */
function drawn(): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, 100);
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

const MM_PER_PX = 25.4 / 96;
let paper: CSSStyleSheet | undefined;

/** The paper is a roll 80 mm wide: its length is the ticket's, and there is no word for that in CSS. */
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
