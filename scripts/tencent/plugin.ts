import { sayAddresses } from './plain/addresses.ts';
import { bucketBelongings } from './plain/buckets.ts';
import { deploy, deployFunction } from './plain/deploy.ts';
import { packFolders } from './plain/packages.ts';
import { providerSchema } from './plain/schema.ts';
import { type PlainSettings, readPlainSettings } from './plain/settings.ts';
import { createProvider, type ServiceKind } from './provider.ts';
import { knownUrls } from './resources/triggers.ts';
import { findFunction } from './service/settings.ts';

/** Anybody's service: its functions are what serverless.yml says, and nothing is known of what they do. */
const plain: ServiceKind<PlainSettings> = {
  providerSchema,
  options: {},
  readSettings: readPlainSettings,
  async pack(settings, { serverless }) {
    const packages = packFolders(settings, serverless.serviceDir);
    for (const key of packages.keys()) if (serverless.service.functions[key] === undefined) packages.delete(key);
    return packages;
  },
  deploy: (context, { serverless }) => deploy(context, serverless),
  async deployFunction(context, key, { serverless }) {
    const configured = serverless.service.functions[key];
    if (configured !== undefined && findFunction(context.settings, key).folder === undefined) {
      // What osls packs is written there, if there is such a place.
      configured.package ??= {};
      await serverless.pluginManager.spawn('package:function');
    }
    await deployFunction(context, key, serverless);
  },
  sayAddresses: (context, { functions }) => sayAddresses(context, knownUrls(context.settings.functions, functions)),
  belongingsOf: bucketBelongings,
};

/** The provider plugin of the package. */
export const TencentProvider = createProvider(plain);
