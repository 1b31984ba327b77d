import { orderToScreen } from './order-to-screen.ts';
import { startSystem } from './system.ts';

orderToScreen(() => startSystem({ RATE_LIMITS: 'off' }));
