import { orderToScreen } from '../support/e2e/order-to-screen.ts';
import { startOrderingBehindOurs } from './behind-our-gateway.ts';

orderToScreen(startOrderingBehindOurs);
