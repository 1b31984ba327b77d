import { render } from 'preact';
import { keepShell } from '../shared/shell.ts';
import { loadChatAddress } from './address.ts';
import { App } from './app.tsx';
import { enterRoom } from './conversation.ts';

const page = document.getElementById('page');
if (page !== null) render(<App />, page);
keepShell('chat');
enterRoom(await loadChatAddress());
