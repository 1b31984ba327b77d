import { orderToScreen } from '../support/e2e/order-to-screen.ts';
import { startSystem } from '../support/e2e/system.ts';

orderToScreen(() => startSystem({ RATE_LIMITS: 'off' }));
