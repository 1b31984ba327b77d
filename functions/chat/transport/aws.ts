import { transportFunction } from '../../../apigateway/aws/transport-function.ts';
import { chatDependencies } from '../../runtime/chat/aws.ts';
import { transport } from './transport.ts';

/** Routes `sendmessage` and `$default` of the chat. */
export const handler = transportFunction(transport(chatDependencies));
