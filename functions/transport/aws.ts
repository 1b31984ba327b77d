import { transportFunction } from '../../apigateway/aws/transport-function.ts';
import { awsPush } from '../runtime/aws-push.ts';
import { transportDependencies } from '../runtime/transport.ts';
import { transport } from './transport.ts';

/** Route `$default`: called when a client has sent a frame. */
export const handler = transportFunction(transport(transportDependencies(awsPush())));
