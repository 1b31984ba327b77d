import { room } from '#room';
import { cleanupFunction } from '../../../apigateway/tencent/cleanup-function.ts';
import { chatDependencies } from '../../runtime/chat/tencent.ts';
import { cleanup } from './cleanup.ts';

/** Called when a connection of the chat has closed. */
export const main_handler = cleanupFunction(cleanup(chatDependencies(room)));
