export { registerFunction } from '../../apigateway/tencent/register-function.ts';
