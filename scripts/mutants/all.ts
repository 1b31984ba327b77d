import { chatMutants } from './chat.ts';
import { clientMutants } from './client.ts';
import { connectionsMutants } from './connections.ts';
import { databaseMutants } from './database.ts';
import { deployMutants } from './deploy.ts';
import { fairnessMutants } from './fairness.ts';
import { floodMutants } from './floods.ts';
import { functionMutants } from './functions.ts';
import { gatewayMutants } from './gateway.ts';
import { gatewayContractMutants } from './gateway-contract.ts';
import type { Mutant } from './mutant.ts';
import { sellingMutants } from './selling.ts';
import { timerMutants } from './timer.ts';

/** Every mutant there is: for each trap that we know of, and each rule of PROTOCOL.md that is easy to forget, one. */
export const mutants: Mutant[] = [
  ...databaseMutants,
  ...sellingMutants,
  ...connectionsMutants,
  ...timerMutants,
  ...functionMutants,
  ...gatewayMutants,
  ...gatewayContractMutants,
  ...chatMutants,
  ...clientMutants,
  ...fairnessMutants,
  ...floodMutants,
  ...deployMutants,
];
