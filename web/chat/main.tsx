import { waitForAddresses } from '../shared/addresses.ts';
import { startPage } from '../shared/page.ts';
import { App } from './app.tsx';
import { enterRoom } from './conversation.ts';

startPage('chat')(<App />);
enterRoom((await waitForAddresses()).chat);
