import { withHealth } from '../../apigateway/tencent/health.ts';
import { registerFunction } from '../../apigateway/tencent/register-function.ts';
import { connections } from '../runtime/connections.ts';
import { databaseAnswers } from '../runtime/health.ts';
import { subjectOf } from '../runtime/secrets.ts';
import { register } from './register.ts';

/** Called when a connection opens. */
export const main_handler = withHealth(registerFunction(register(connections, subjectOf)), databaseAnswers);
