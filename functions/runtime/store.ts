import { type Database, openDatabase } from '../../db/database.ts';
import { addressSubject, isOrderToken, orderToken } from '../domain/secret.ts';
import { poolSize, setting } from './environment.ts';

/** The database of this container, opened once and shared by all its invocations. */
export const database: Database = openDatabase({
  url: setting('DATABASE_URL'),
  poolSize: poolSize(),
  log: entry => console.error(JSON.stringify({ level: 'warn', ...entry })),
});

const tokenSecret = setting('TOKEN_SECRET');

/** What may be stored of a network address. */
export const subject = (address: string): string => addressSubject(tokenSecret, address);

/** The token that lets its holder follow an order. */
export const tokenOf = (orderId: string): string => orderToken(tokenSecret, orderId);

/** Whether a token is the order's. */
export const isTokenOf = (orderId: string, token: string): boolean => isOrderToken(tokenSecret, orderId, token);
