import { resuming } from '../support/e2e/resume.ts';
import { startOrdering } from './system.ts';

resuming(startOrdering);
