import { render } from 'preact';
import { loadAddresses } from '../shared/addresses.ts';
import { keepShell } from '../shared/shell.ts';
import { App } from './app.tsx';
import { moveKeyOutOfTheAddress, readCredentials } from './credentials.ts';

// Before anything else: no import above sends, stores or shows anything by itself.
moveKeyOutOfTheAddress();
// A link that is opened in a tab that is already here changes the fragment only.
addEventListener('hashchange', () => {
  moveKeyOutOfTheAddress();
  location.reload();
});

const page = document.getElementById('page');
if (page !== null) render(<App addresses={await loadAddresses()} credentials={readCredentials()} />, page);
keepShell('shop');
