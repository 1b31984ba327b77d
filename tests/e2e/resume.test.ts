import { resuming } from './resume.ts';
import { startSystem } from './system.ts';

resuming(() => startSystem({ RATE_LIMITS: 'off' }));
