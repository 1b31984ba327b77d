import { room } from '../../runtime/chat-postgres.ts';
import { chatOn, cleanupFunction } from '../../runtime/tencent-chat.ts';
import { cleanup } from './cleanup.ts';

/** Called when a connection of the chat has closed; the room is on PostgreSQL. */
export const main_handler = cleanupFunction(cleanup(chatOn(room)));
