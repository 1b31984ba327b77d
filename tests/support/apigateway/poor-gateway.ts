import { startGateway } from '../../../apigateway/server/gateway.ts';

// A gateway for the test of used up descriptors, which runs with few: prints its port and logs to stderr.
const gateway = await startGateway({ port: 0, host: '127.0.0.1' });
console.log(gateway.port);
