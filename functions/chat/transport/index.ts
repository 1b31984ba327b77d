import { room } from '#room';
import { transportFunction } from '../../../apigateway/tencent/transport-function.ts';
import { chatDependencies } from '../../runtime/chat/tencent.ts';
import { transport } from './transport.ts';

/** Called when a client of the chat has sent a frame. */
export const main_handler = transportFunction(transport(chatDependencies(room)));
