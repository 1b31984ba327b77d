import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import COS from 'cos-nodejs-sdk-v5';
import { apigateway } from 'tencentcloud-sdk-nodejs/tencentcloud/services/apigateway/index.js';
import { postgres } from 'tencentcloud-sdk-nodejs/tencentcloud/services/postgres/index.js';
import { scf } from 'tencentcloud-sdk-nodejs/tencentcloud/services/scf/index.js';
import { sts } from 'tencentcloud-sdk-nodejs/tencentcloud/services/sts/index.js';
import { vpc } from 'tencentcloud-sdk-nodejs/tencentcloud/services/vpc/index.js';
import { ZipFile } from 'yazl';
import type { Cloud } from './cloud.ts';

// The SDK's own index would load two hundred and sixty services.
type ScfClient = InstanceType<typeof scf.v20180416.Client>;
type CreateFunction = Parameters<ScfClient['CreateFunction']>[0];

/** Clients of the real SDK, pointed at the stand-in. */
export function clientsOf(cloud: Cloud, over: { secretId?: string; secretKey?: string; region?: string } = {}) {
  const config = {
    credential: {
      secretId: over.secretId ?? cloud.env.TENCENT_SECRET_ID ?? '',
      secretKey: over.secretKey ?? cloud.env.TENCENT_SECRET_KEY ?? '',
    },
    region: over.region ?? cloud.region,
    profile: { httpProfile: { endpoint: new URL(cloud.url).host, protocol: 'http://' as const, reqTimeout: 5 } },
  };
  return {
    scf: new scf.v20180416.Client(config),
    apigateway: new apigateway.v20180808.Client(config),
    postgres: new postgres.v20170312.Client(config),
    vpc: new vpc.v20170312.Client(config),
    sts: new sts.v20180813.Client(config),
  };
}

/** The client of object storage of the real SDK. */
export function cosOf({ env }: Cloud): COS {
  const { TENCENT_SECRET_ID: SecretId = '', TENCENT_SECRET_KEY: SecretKey = '', TENCENT_COS_ENDPOINT: url = '' } = env;
  return new COS({ SecretId, SecretKey, Protocol: 'http:', Ip: new URL(url).host });
}

/** A package of text files, as base64. Modes are those of Unix. */
export async function zipOf(files: Record<string, string | { text: string; mode: number }>): Promise<string> {
  const zip = new ZipFile();
  for (const [name, file] of Object.entries(files)) {
    const { text, mode } = typeof file === 'string' ? { text: file, mode: 0o644 } : file;
    zip.addBuffer(Buffer.from(text), name, { mode, mtime: new Date(2024, 0, 1) });
  }
  zip.end();
  return (await buffer(zip.outputStream)).toString('base64');
}

/** Deploys an event function of one file and waits until it is active. */
export async function deploy(cloud: Cloud, source: string, over: Partial<CreateFunction> = {}): Promise<string> {
  const FunctionName = over.FunctionName ?? 'fn';
  const Code = { ZipFile: await zipOf({ 'index.js': source }) };
  const rest = { Code, Handler: 'index.main_handler', Runtime: 'Nodejs20.19', Timeout: 5, AutoCreateClsTopic: 'FALSE' };
  await clientsOf(cloud).scf.CreateFunction({ FunctionName, ...rest, ...over });
  await untilActive(cloud, FunctionName);
  return FunctionName;
}

/** Waits as a deployment does. */
export async function untilActive(cloud: Cloud, FunctionName: string): Promise<void> {
  const client = clientsOf(cloud).scf;
  for (;;) {
    const { Status, StatusReasons } = await client.GetFunction({ FunctionName });
    if (Status === 'Active') return;
    if (/Failed$/.test(Status ?? '')) throw new Error(`${Status}: ${JSON.stringify(StatusReasons)}`);
    await delay(10);
  }
}

/** A function URL of the function, made now. */
export async function openUrl(cloud: Cloud, FunctionName: string, more: object = {}): Promise<string> {
  const desc = { AuthType: 'NONE', NetConfig: { EnableIntranet: false, EnableExtranet: true }, ...more };
  const client = clientsOf(cloud).scf;
  await client.CreateTrigger({
    FunctionName,
    TriggerName: 'url',
    Type: 'http',
    TriggerDesc: JSON.stringify(desc),
    Enable: 'OPEN',
  });
  const { Triggers = [] } = await client.GetFunction({ FunctionName });
  const { NetConfig } = JSON.parse(Triggers[0]?.TriggerDesc ?? '{}') as { NetConfig: { ExtranetUrl: string } };
  return NetConfig.ExtranetUrl;
}
