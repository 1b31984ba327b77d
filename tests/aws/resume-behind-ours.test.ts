import { resuming } from '../support/e2e/resume.ts';
import { startOrderingBehindOurs } from './behind-our-gateway.ts';

resuming(startOrderingBehindOurs);
