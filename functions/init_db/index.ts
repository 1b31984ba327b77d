import { withHealth } from '../../apigateway/tencent/health.ts';
import { installation, ownersDatabaseAnswers } from '../runtime/installation.ts';
import { tencentPush } from '../runtime/tencent-push.ts';
import { initDb } from './init-db.ts';

/** Called by the owner, never over HTTP: migrates the database and sets up shops. */
export const main_handler = withHealth(initDb(installation, tencentPush()), ownersDatabaseAnswers);
