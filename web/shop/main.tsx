import { waitForAddresses } from '../shared/addresses.ts';
import { startPage } from '../shared/page.ts';
import { App } from './app.tsx';
import { moveKeyOutOfTheAddress, readCredentials } from './credentials.ts';
import { Opening } from './opening.tsx';

// Before anything else: no import above sends, stores or shows anything by itself.
moveKeyOutOfTheAddress();
// A link that is opened in a tab that is already here changes the fragment only.
addEventListener('hashchange', () => {
  moveKeyOutOfTheAddress();
  location.reload();
});

const show = startPage('shop');
show(<Opening />);
const addresses = await waitForAddresses();
show(<App addresses={addresses} credentials={readCredentials()} />);
