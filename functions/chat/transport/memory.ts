import { room } from '../../runtime/chat-memory.ts';
import { chatOn, transportFunction } from '../../runtime/tencent-chat.ts';
import { transport } from './transport.ts';

/** Called when a client of the chat has sent a frame; the room is in the memory of one process. */
export const main_handler = transportFunction(transport(chatOn(room)));
