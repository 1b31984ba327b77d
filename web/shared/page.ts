import { type ComponentChild, render } from 'preact';
import { keepKeysOfComposition } from './composition.ts';
import { retryStyleSheet } from './retry-style-sheet.ts';
import { keepShell } from './shell.ts';

/**
 * Starts what every page has: its keys, style and shell. Takes away the words that stand for a missing script; gives
 * what shows something.
 */
export function startPage(name: 'order' | 'shop' | 'chat'): (content: ComponentChild) => void {
  keepKeysOfComposition();
  retryStyleSheet();
  keepShell(name);
  const page = document.getElementById('page');
  page?.replaceChildren();
  return content => {
    if (page !== null) render(content, page);
  };
}
