import { render } from 'preact';
import { loadAddresses } from '../shared/addresses.ts';
import { keepShell } from '../shared/shell.ts';
import { App } from './app.tsx';
import { startOrdering } from './ordering.ts';

const addresses = await loadAddresses();
startOrdering(addresses.bill);
const page = document.getElementById('page');
if (page !== null) render(<App addresses={addresses} />, page);
keepShell('order');
