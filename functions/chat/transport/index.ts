import { room } from '../../runtime/chat-postgres.ts';
import { chatOn, transportFunction } from '../../runtime/tencent-chat.ts';
import { transport } from './transport.ts';

/** Called when a client of the chat has sent a frame; the room is on PostgreSQL. */
export const main_handler = transportFunction(transport(chatOn(room)));
