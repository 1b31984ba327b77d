// The gateway in a process of its own; its options are the argument.
import { startGateway } from '../../../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../../../apigateway/server/options.ts';
import { childArgument, serveParent } from '../child.ts';

const gateway = await startGateway(childArgument<GatewayOptions>());
serveParent({ connections: () => gateway.connections });
