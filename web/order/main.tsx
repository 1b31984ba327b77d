import { waitForAddresses } from '../shared/addresses.ts';
import { startPage } from '../shared/page.ts';
import { App } from './app.tsx';
import { Opening } from './opening.tsx';
import { startNews } from './orders/news.ts';
import { startOrdering } from './placing/ordering.ts';

const show = startPage('order');
show(<Opening />);
const addresses = await waitForAddresses();
startNews();
startOrdering(addresses.bill);
show(<App addresses={addresses} />);
