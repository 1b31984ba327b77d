import { room } from '../../runtime/chat-cos.ts';
import { chatOn, cleanupFunction } from '../../runtime/tencent-chat.ts';
import { cleanup } from './cleanup.ts';

/** Called when a connection of the chat has closed; the room is on COS. */
export const main_handler = cleanupFunction(cleanup(chatOn(room)));
