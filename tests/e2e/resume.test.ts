import { resuming } from '../support/e2e/resume.ts';
import { startSystem } from '../support/e2e/system.ts';

resuming(() => startSystem({ RATE_LIMITS: 'off' }));
