import { demoShops, installation, push } from '../runtime/tencent-installation.ts';
import { initDb } from './init-db.ts';

/** Called by the owner, never over HTTP: migrates the database and sets up shops. */
export const main_handler = initDb(installation, push, demoShops);
