import { cleanupFunction } from '../../../apigateway/aws/cleanup-function.ts';
import { chatDependencies } from '../../runtime/chat/aws.ts';
import { cleanup } from './cleanup.ts';

/** Route `$disconnect` of the chat. */
export const handler = cleanupFunction(cleanup(chatDependencies));
