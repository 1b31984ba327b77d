import type { Page } from 'playwright-core';
import type { FakeServer } from '../../support/browser/fake-server.ts';
import { eventually } from '../../support/browser/page-session.ts';

type Shop = ReturnType<FakeServer['shop']>;

/** Waits until a screen has its orders. */
export async function live(page: Page): Promise<Page> {
  await eventually(() => page.getByTestId('connection').getAttribute('data-phase'), 'live');
  return page;
}

/** What another device, or a customer, does to the order of that number. */
export function act(shop: Shop, op: 'accept' | 'cancel', number: number): void {
  const order = [...shop.orders.values()].find(one => one.number === number);
  shop.command(`${op} ${number}`, { op, order: order?.id ?? '', version: order?.version ?? 0 });
}

/** Notes what goes to the printer, and ends its dialog after a moment. Over reloads too. */
export async function watchPrinter(page: Page): Promise<() => Promise<string[]>> {
  const papers: string[] = [];
  await page.context().exposeFunction('notePaper', (text: string) => papers.push(text));
  await page.context().addInitScript(() => {
    window.print = () => {
      const text = document.getElementById('sheet')?.innerText ?? '';
      (window as unknown as { notePaper(text: string): void }).notePaper(text);
      setTimeout(() => dispatchEvent(new Event('afterprint')), 30);
    };
  });
  await page.reload();
  await live(page);
  return async () => papers.map(text => /#\d+/.exec(text)?.[0] ?? '');
}
