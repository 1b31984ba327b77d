import { createInterface } from 'node:readline/promises';
import { removeApiGateway } from './api-gateway.ts';
import { removeBucket } from './bucket.ts';
import { type Context, eachOf } from './context.ts';
import { readDeployed } from './deployed.ts';
import { DeployError } from './failures.ts';
import { findInstance, removeInstance } from './postgres-instance.ts';
import { removeFunction } from './scf.ts';

/** Removes everything that this stage has made, and nothing else. Safe to repeat. */
export async function remove(context: Context, isForced: boolean): Promise<void> {
  const { cloud, settings, out } = context;
  const { stage, bucket, database, mode } = settings;
  const { functions, variables } = await readDeployed(context);
  const names = [...functions.keys()];
  // Also when serverless.yml has been changed since.
  const hasGateway = mode === 'apigateway' || variables.SEND_BACK_URL !== undefined;
  const instance = database === undefined ? undefined : await findInstance(cloud, settings);
  const what = [
    `${names.length} functions`,
    ...(hasGateway ? ['its API Gateway service'] : []),
    ...(bucket === undefined ? [] : [`bucket ${bucket.bucket}`]),
    ...(instance === undefined ? [] : [`the database ${instance.DBInstanceId} WITH ALL ORDERS`]),
  ];
  if (!isForced) await confirm(`remove stage ${stage}: ${what.join(', ')}`, stage);
  // First what clients reach, then what it calls.
  if (hasGateway && (await removeApiGateway(cloud, settings))) out.changed('API Gateway service removed');
  await eachOf(names, 4, async name => {
    out.doing(`removing ${name}`);
    await removeFunction(cloud, name);
    out.changed(`${name} removed`);
  });
  if (bucket !== undefined && (await removeBucket(cloud, settings, bucket.bucket)))
    out.changed(`bucket ${bucket.bucket} removed`);
  if (instance !== undefined && (await removeInstance(cloud, settings)))
    out.changed(`database ${instance.DBInstanceId} removed`);
  out.end();
  out.line(out.changes === 0 ? `stage ${stage} has nothing to remove` : `stage ${stage} is removed`);
}

async function confirm(what: string, stage: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new DeployError(`this would ${what}; nobody can be asked here, so say it with --force`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`This will ${what}. Type the stage's name to go on: `);
  terminal.close();
  if (answer.trim() !== stage) throw new DeployError('nothing was removed');
}
