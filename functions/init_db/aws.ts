import { awsPush } from '../runtime/aws-push.ts';
import { installation } from '../runtime/installation.ts';
import { initDb } from './init-db.ts';

/** Called by the owner (`aws lambda invoke`), never over HTTP: migrates the database and sets up shops. */
export const handler = initDb(installation, awsPush());
