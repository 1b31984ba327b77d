import { createInterface } from 'node:readline/promises';
import type { Context } from '../context.ts';
import { CallFailure, DeployError } from '../failures.ts';
import { eachOf } from '../patience.ts';
import { hasApiGateway, removeApiGateway } from '../resources/api-gateway.ts';
import { readDeployed } from '../resources/deployed.ts';
import { removeFunction } from '../resources/function.ts';
import { mayHaveApiGateway, unlessGone } from '../resources/leaving-api-gateway.ts';
import { hasLogTopic, removeLogTopic } from '../resources/log-topic.ts';

/** What a stage has besides functions and what calls them. */
export interface Belonging {
  /** For the question whether it shall go. */
  name: string;
  /** What is said when it has gone. */
  gone: string;
  /** Whether there was something to remove. */
  remove(): Promise<boolean>;
}

/** Removes everything that this stage has made, and nothing else. Safe to repeat. */
export async function remove(
  context: Context,
  isForced: boolean,
  belongingsOf: () => Promise<Belonging[]>,
): Promise<void> {
  const { cloud, settings, out } = context;
  const { stage, logs } = settings;
  const deployed = await readDeployed(context);
  const names = [...deployed.functions.keys()];
  // Also when serverless.yml has been changed since.
  const hasGateway =
    mayHaveApiGateway(settings, deployed) && (await unlessGone(out, hasApiGateway(cloud, settings))) === true;
  const belongings = await belongingsOf();
  if (await ifOffered(logs !== undefined, hasLogTopic(cloud, settings)))
    belongings.push({ name: 'its logs', gone: 'logs removed', remove: () => removeLogTopic(cloud, settings) });
  const what = [
    `${names.length} functions`,
    ...(hasGateway ? ['its API Gateway service'] : []),
    ...belongings.map(({ name }) => name),
  ];
  if (!isForced) await confirm(`remove stage ${stage}: ${what.join(', ')}`, stage);
  // First what clients reach, then what it calls.
  if (hasGateway && (await unlessGone(out, removeApiGateway(cloud, settings))))
    out.changed('API Gateway service removed');
  await eachOf(names, 4, async name => {
    out.doing(`removing ${name}`);
    await removeFunction(cloud, name);
    out.changed(`${name} removed`);
  });
  for (const each of belongings) if (await each.remove()) out.changed(each.gone);
  out.end();
  out.line(out.changes === 0 ? `stage ${stage} has nothing to remove` : `stage ${stage} is removed`);
}

/** Where serverless.yml asks for no such product, an account that may not use it has none of it. */
export async function ifOffered<Answer>(isAsked: boolean, call: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isAsked || !(error instanceof CallFailure) || error.isUnknown) throw error;
    return undefined;
  }
}

async function confirm(what: string, stage: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new DeployError(`this would ${what}; nobody can be asked here, so say it with --force`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`This will ${what}. Type the stage's name to go on: `);
  terminal.close();
  if (answer.trim() !== stage) throw new DeployError('nothing was removed');
}
