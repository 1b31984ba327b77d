import { registerFunction as withOrigins } from '../../apigateway/aws/register-function.ts';
import type { RegisterHandler } from '../domain/handlers.ts';

/** `ORIGINS`: those of the pages that may connect, with commas between. Empty: no page at all. */
export const registerFunction = (handler: RegisterHandler) =>
  withOrigins(handler, (process.env.ORIGINS ?? '').split(',').filter(Boolean));
