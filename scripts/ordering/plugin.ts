import path from 'node:path';
import { createProvider, type Run, type ServiceKind } from '../tencent/provider.ts';
import { belongingsOf } from './belongings.ts';
import { deploy } from './deploy.ts';
import { deployFunction } from './deploy-function.ts';
import { sayAddresses } from './info.ts';
import { packageFor, readPackages } from './packages.ts';
import { customSchema, providerSchema } from './schema.ts';
import { type OrderingSettings, readSettings } from './settings.ts';

const isBuilt = ({ options }: Run) => options.prebuilt === true;

/** What this project's deployment adds: its functions are built here, pages and a database belong to it. */
const ordering: ServiceKind<OrderingSettings> = {
  providerSchema,
  customSchema,
  options: { prebuilt: { usage: 'Take dist/ as it stands instead of building it', type: 'boolean' } },
  readSettings,
  async pack({ functions }, run) {
    const { service, serviceDir } = run.serverless;
    // `sls` packs nothing by itself where an artifact is named.
    for (const each of Object.values(service.functions))
      each.package = { artifact: path.join(serviceDir, 'serverless.yml') };
    // What goes into the gateway's package is known only while it is deployed.
    if (run.isDeployment) return new Map();
    const packages = await readPackages(functions, isBuilt(run));
    return new Map([...packages.keys()].map(key => [key, packageFor(packages, key)]));
  },
  deploy: (context, run) => deploy(context, { isBuilt: isBuilt(run) }),
  deployFunction: (context, key, run) => deployFunction(context, key, { isBuilt: isBuilt(run) }),
  sayAddresses,
  belongingsOf,
};

/** The provider plugin of this project's serverless.yml. */
export const TencentProvider = createProvider(ordering);
