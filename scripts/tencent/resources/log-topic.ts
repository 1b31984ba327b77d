import type { TopicInfo } from 'tencentcloud-sdk-nodejs/tencentcloud/services/cls/v20201016/cls_models.js';
import type { Cloud } from '../cloud.ts';
import { CallFailure, DeployError, isMissing, isPresent } from '../failures.ts';
import type { LogTopic, Settings } from '../service/settings.ts';

const tagKey = 'sls-deployment';
/** Days that a log is kept. */
const periodDays = 7;
const tokenizer = '!@#%^&*()_="\', <>/?|\\;:\n\t\r[]{}';
/** What SCF writes of each line (583/34876), by kind. */
const fields = {
  text: ['SCF_FunctionName', 'SCF_Namespace', 'SCF_RequestId', 'SCF_Qualifier', 'SCF_Level', 'SCF_Type', 'SCF_Message'],
  long: ['SCF_StartTime', 'SCF_StatusCode', 'SCF_RetryNum'],
  double: ['SCF_Duration', 'SCF_MemUsage'],
};

/**
 * Where the functions of the stage log: the topic that serverless.yml names, or one of the stage's own with a log set and
 * an index, made where they are missing. `undefined`: nowhere.
 * @throws DeployError when the topic that is named is not there
 */
export async function ensureLogTopic(
  cloud: Cloud,
  settings: Settings,
  changed: (text: string) => void,
): Promise<LogTopic | undefined> {
  const { logs } = settings;
  if (logs === undefined) return undefined;
  if (logs.topicId !== undefined) return topicOf(cloud, logs.topicId);
  const logsetId = (await findLogset(cloud, settings)) ?? (await createLogset(cloud, settings));
  let topic = await findTopic(cloud, settings, logsetId);
  if (topic === undefined) {
    await createTopic(cloud, settings, logsetId);
    topic = await findTopic(cloud, settings, logsetId);
    changed(`logs: topic ${nameOf(settings)} created, which keeps them for ${periodDays} days`);
  }
  if (topic?.TopicId === undefined)
    throw new DeployError(`logs: the topic ${nameOf(settings)} is not there after it was created: deploy again`);
  if (topic.Index !== true) await createIndex(cloud, topic.TopicId);
  return { logsetId, topicId: topic.TopicId };
}

/** Whether the stage has made a log set, whatever serverless.yml says today. */
export async function hasLogTopic(cloud: Cloud, settings: Settings): Promise<boolean> {
  return (await findLogset(cloud, settings)) !== undefined;
}

/** Removes the stage's own log set with its topic and all that was logged; says whether there was one. */
export async function removeLogTopic(cloud: Cloud, settings: Settings): Promise<boolean> {
  const logsetId = await findLogset(cloud, settings);
  if (logsetId === undefined) return false;
  const topic = await findTopic(cloud, settings, logsetId);
  if (topic?.TopicId !== undefined)
    await orMissing(cloud.cls('DeleteTopic', { TopicId: topic.TopicId }, nameOf(settings)));
  await orMissing(cloud.cls('DeleteLogset', { LogsetId: logsetId }, nameOf(settings)));
  return true;
}

async function topicOf({ cls }: Cloud, topicId: string): Promise<LogTopic> {
  const { Topics = [] } = await cls('DescribeTopics', { Filters: [{ Key: 'topicId', Values: [topicId] }] }, topicId);
  const logsetId = Topics.find(({ TopicId }) => TopicId === topicId)?.LogsetId;
  if (logsetId !== undefined) return { logsetId, topicId };
  throw new DeployError(`provider.logs.topicId: there is no topic ${topicId} in this region`);
}

/** Names are looked for by their parts, so the tag decides. */
async function findLogset({ cls }: Cloud, settings: Settings): Promise<string | undefined> {
  const name = nameOf(settings);
  const Filters = [{ Key: 'logsetName', Values: [name] }];
  const { Logsets = [] } = await cls('DescribeLogsets', { Filters, Limit: 100 }, name);
  return Logsets.find(({ LogsetName, Tags }) => LogsetName === name && isOurs(Tags, settings))?.LogsetId;
}

async function findTopic({ cls }: Cloud, settings: Settings, logsetId: string): Promise<TopicInfo | undefined> {
  const Filters = [{ Key: 'logsetId', Values: [logsetId] }];
  const { Topics = [] } = await cls('DescribeTopics', { Filters, Limit: 100 }, nameOf(settings));
  return Topics.find(({ TopicName }) => TopicName === nameOf(settings));
}

async function createLogset(cloud: Cloud, settings: Settings): Promise<string> {
  const name = nameOf(settings);
  const Tags = [{ Key: tagKey, Value: settings.deployment }];
  await orMaybeMade(cloud.cls('CreateLogset', { LogsetName: name, Tags }, name));
  const made = await findLogset(cloud, settings);
  if (made !== undefined) return made;
  throw new DeployError(
    `logs: there is a log set ${name} that this stage did not make: name a topic of it as provider.logs.topicId, or rename the stage`,
  );
}

async function createTopic({ cls }: Cloud, settings: Settings, LogsetId: string): Promise<void> {
  const TopicName = nameOf(settings);
  await orMaybeMade(cls('CreateTopic', { LogsetId, TopicName, Period: periodDays }, TopicName));
}

async function createIndex({ cls }: Cloud, TopicId: string): Promise<void> {
  const KeyValues = Object.entries(fields).flatMap(([Type, names]) =>
    names.map(Key => ({ Key, Value: { Type, SqlFlag: true, ...(Type === 'text' ? { Tokenizer: tokenizer } : {}) } })),
  );
  const Rule = {
    FullText: { CaseSensitive: false, Tokenizer: tokenizer, ContainZH: true },
    KeyValue: { CaseSensitive: false, KeyValues },
  };
  await orMaybeMade(cls('CreateIndex', { TopicId, Rule, Status: true }, TopicId));
}

/** Made by a call whose answer was lost, or by another deployment: what is there is looked at afterwards. */
async function orMaybeMade(call: Promise<unknown>): Promise<void> {
  await call.catch(error => {
    const isMade =
      isPresent(error) || (error instanceof CallFailure && (error.isUnknown || /Conflict/.test(error.code)));
    if (!isMade) throw error;
  });
}

async function orMissing(call: Promise<unknown>): Promise<void> {
  await call.catch(error => {
    if (!isMissing(error)) throw error;
  });
}

function isOurs(tags: { Key?: string; Value?: string }[] | undefined, { deployment }: Settings): boolean {
  return tags?.some(({ Key, Value }) => Key === tagKey && Value === deployment) ?? false;
}

function nameOf({ service, stage }: Settings): string {
  return `${service}-${stage}`;
}
