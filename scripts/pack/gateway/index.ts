export { startGateway } from '../../../apigateway/server/gateway.ts';
