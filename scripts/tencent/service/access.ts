import { given } from '../../../functions/runtime/environment.ts';
import type { Access, Site } from '../cloud.ts';
import { DeployError } from '../failures.ts';

/**
 * Reads who deploys and where from the environment.
 * @throws DeployError that names what is missing
 */
export function readAccess(region: string, environment: NodeJS.ProcessEnv): Access {
  const text = (name: string) => given(name, environment);
  const number = (name: string) => (text(name) === undefined ? undefined : Number(text(name)));
  const [secretId, secretKey] = [text('TENCENT_SECRET_ID'), text('TENCENT_SECRET_KEY')];
  const missing = [...(secretId ? [] : ['TENCENT_SECRET_ID']), ...(secretKey ? [] : ['TENCENT_SECRET_KEY'])];
  if (secretId === undefined || secretKey === undefined) {
    throw new DeployError(
      `${missing.join(' and ')} not set: make an API key at console.cloud.tencent.com/cam/capi and put it into the environment`,
    );
  }
  if (!/^[a-z]{2}-[a-z]+(-fsi|-ec)?(-\d)?$/.test(region)) {
    throw new DeployError(`provider.region "${region}" is no region: it looks like ap-guangzhou or ap-shanghai`);
  }
  return {
    secretId,
    secretKey,
    token: text('TENCENT_TOKEN'),
    region,
    site: readSite(environment),
    apiEndpoint: text('TENCENT_API_ENDPOINT'),
    cosEndpoint: text('TENCENT_COS_ENDPOINT'),
    pollMs: number('TENCENT_POLL_MS') ?? 1_000,
    retryMs: number('TENCENT_RETRY_MS') ?? 500,
    patienceMs: number('TENCENT_PATIENCE_MS'),
  };
}

/**
 * The site of the account, from `TENCENT_SITE`.
 * @throws DeployError when there is no such site
 */
function readSite(environment: NodeJS.ProcessEnv): Site {
  const site = given('TENCENT_SITE', environment) ?? 'china';
  if (site === 'china' || site === 'intl') return site;
  throw new DeployError(
    `TENCENT_SITE "${site}" is no site: leave it out for an account of cloud.tencent.com, intl is one of tencentcloud.com`,
  );
}
