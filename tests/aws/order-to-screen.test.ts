import { orderToScreen } from '../support/e2e/order-to-screen.ts';
import { startOrdering } from './system.ts';

orderToScreen(startOrdering);
