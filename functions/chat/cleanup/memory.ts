import { room } from '../../runtime/chat-memory.ts';
import { chatOn, cleanupFunction } from '../../runtime/tencent-chat.ts';
import { cleanup } from './cleanup.ts';

/** Called when a connection of the chat has closed; the room is in the memory of one process. */
export const main_handler = cleanupFunction(cleanup(chatOn(room)));
