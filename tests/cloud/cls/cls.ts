import { randomUUID } from 'node:crypto';
import { ApiError } from '../api-error.ts';
import type { Product } from '../api-server.ts';
import { action } from '../parameters.ts';
import type { Invocation } from '../scf/deployed-function.ts';
import { logReasons } from '../scf/log-service.ts';
import * as parameters from './parameters.ts';

/** The log service: what functions write into its topics can be searched. */
export interface Cls {
  readonly product: Product;
  /** Whether functions can log into a topic of a log set. */
  hasTopic(logsetId: string, topicId: string): boolean;
  isEmpty(): boolean;
  /** Log sets with their topics, without ids. */
  state(): object[];
}

/** What the log service needs of the rest of the cloud. */
export interface ClsOptions {
  /** The log service of the account, which may be opened at any time. */
  readonly cls: 'forbidden' | 'unopened' | 'open';
  /** Calls of functions that log into a topic. */
  invocationsOf(topicId: string): readonly Invocation[];
}

interface Topic {
  id: string;
  logsetId: string;
  name: string;
  periodDays: number;
  /** Fields that can be searched for; `undefined`: nothing can be. */
  index: readonly string[] | undefined;
}

/** Lines on one page at most, far fewer than CLS has, so that callers have to follow the cursor. */
const linesPerPage = 5;

/** Makes the service without log sets. */
export function createCls(account: ClsOptions): Cls {
  const { invocationsOf } = account;
  const logsets = new Map<string, { name: string; tags: { Key: string; Value: string }[] }>();
  const topics = new Map<string, Topic>();
  const cursors = new Map<string, number>();

  const allowed =
    <Parameters, Answer>(run: (asked: Parameters) => Answer) =>
    (asked: Parameters) => {
      const [reason] = logReasons(account.cls, {});
      if (reason !== undefined) throw new ApiError(reason.ErrorCode, reason.ErrorMessage);
      return run(asked);
    };
  function topicOf(id: string): Topic {
    const topic = topics.get(id);
    if (topic === undefined) throw new ApiError('ResourceNotFound.TopicNotExist', 'The topic does not exist.');
    return topic;
  }
  function checkLogset(id: string): void {
    if (!logsets.has(id)) throw new ApiError('ResourceNotFound.LogsetNotExist', 'The log set does not exist.');
  }

  const actions = {
    CreateLogset: action(
      parameters.createLogset,
      allowed(({ LogsetName, Tags }) => {
        if ([...logsets.values()].some(({ name }) => name === LogsetName))
          throw new ApiError('InvalidParameter.LogsetConflict', 'The name is taken.');
        const LogsetId = randomUUID();
        logsets.set(LogsetId, { name: LogsetName, tags: Tags });
        return { LogsetId };
      }),
    ),
    DescribeLogsets: action(
      parameters.describe,
      allowed(({ Filters }) => {
        const name = Filters.find(({ Key }) => Key === 'logsetName')?.Values[0] ?? '';
        const found = [...logsets].filter(([, logset]) => logset.name.includes(name));
        const Logsets = found.map(([LogsetId, logset]) => ({
          LogsetId,
          LogsetName: logset.name,
          Tags: logset.tags,
          TopicCount: [...topics.values()].filter(({ logsetId }) => logsetId === LogsetId).length,
        }));
        return { Logsets, TotalCount: Logsets.length };
      }),
    ),
    DeleteLogset: action(
      parameters.oneLogset,
      allowed(({ LogsetId }) => {
        checkLogset(LogsetId);
        if ([...topics.values()].some(({ logsetId }) => logsetId === LogsetId))
          throw new ApiError('OperationDenied', 'The log set has topics.');
        logsets.delete(LogsetId);
        return {};
      }),
    ),
    CreateTopic: action(
      parameters.createTopic,
      allowed(({ LogsetId, TopicName, Period }) => {
        checkLogset(LogsetId);
        if ([...topics.values()].some(({ logsetId, name }) => logsetId === LogsetId && name === TopicName))
          throw new ApiError('InvalidParameter.TopicConflict', 'The name is taken.');
        const id = randomUUID();
        topics.set(id, { id, logsetId: LogsetId, name: TopicName, periodDays: Period, index: undefined });
        return { TopicId: id };
      }),
    ),
    DescribeTopics: action(
      parameters.describe,
      allowed(({ Filters }) => {
        const given = (topic: Topic, key: string) => ({ topicId: topic.id, logsetId: topic.logsetId })[key];
        const found = [...topics.values()].filter(topic =>
          Filters.every(({ Key, Values }) => Values.includes(given(topic, Key) ?? '')),
        );
        const Topics = found.map(({ id, logsetId, name, index, periodDays }) => ({
          ...{ TopicId: id, LogsetId: logsetId, TopicName: name },
          ...{ Index: index !== undefined, Period: periodDays, Status: true },
        }));
        return { Topics, TotalCount: Topics.length };
      }),
    ),
    DeleteTopic: action(
      parameters.oneTopic,
      allowed(({ TopicId }) => {
        topics.delete(topicOf(TopicId).id);
        return {};
      }),
    ),
    CreateIndex: action(
      parameters.createIndex,
      allowed(({ TopicId, Rule }) => {
        const topic = topicOf(TopicId);
        if (topic.index !== undefined) throw new ApiError('InvalidParameter.IndexConflict', 'There is an index.');
        topic.index = Rule.KeyValue.KeyValues.map(({ Key }) => Key);
        return {};
      }),
    ),
    SearchLog: action(
      parameters.searchLog,
      allowed(({ TopicId, From, To, QueryString, Context, Limit }) => {
        const topic = topicOf(TopicId);
        const [, field = '', value] = /^(\w+):"([^"]*)"$/.exec(QueryString) ?? [];
        if (topic.index?.includes(field) !== true)
          throw new ApiError('FailedOperation.QueryError', `The field ${field} has no index.`);
        const lines = invocationsOf(TopicId)
          .flatMap(linesOf)
          .filter(({ Time, fields }) => Time >= From && Time <= To && fields[field] === value);
        const first = cursors.get(Context) ?? 0;
        const next = first + Math.min(Limit, linesPerPage);
        const cursor = randomUUID();
        cursors.set(cursor, next);
        const Results = lines.slice(first, next).map(({ fields, ...line }) => ({
          ...line,
          ...{ TopicId, LogJson: JSON.stringify(fields) },
        }));
        return { Context: cursor, ListOver: next >= lines.length, Analysis: false, Results };
      }),
    ),
  };

  return {
    product: { name: 'cls', version: '2020-10-16', actions },
    hasTopic: (logsetId, topicId) => topics.get(topicId)?.logsetId === logsetId,
    isEmpty: () => logsets.size === 0,
    state: () =>
      [...logsets].map(([id, { name }]) => ({
        name,
        topics: [...topics.values()]
          .filter(({ logsetId }) => logsetId === id)
          .map(topic => ({ name: topic.name, periodDays: topic.periodDays, isIndexed: topic.index !== undefined })),
      })),
  };
}

/** The lines of a call, with what SCF writes besides (583/34876): a line when it begins and two when it has ended. */
function linesOf({ functionName, requestId, log, startedAt, durationMs, status }: Invocation) {
  const own = log.split('\n').filter(line => line !== '');
  const lines = [
    `START RequestId: ${requestId}`,
    ...own,
    `END RequestId: ${requestId}`,
    `Report RequestId: ${requestId}`,
  ];
  return lines.map((message, index) => ({
    Time: startedAt.getTime(),
    PkgId: requestId.toUpperCase(),
    PkgLogId: String(index),
    fields: {
      SCF_FunctionName: functionName,
      SCF_RequestId: requestId,
      SCF_Message: `${message}\n`,
      SCF_Type: index === 0 || index > own.length ? 'Platform' : 'Custom',
      SCF_Duration: String(durationMs),
      SCF_StatusCode: String(status),
    } as Record<string, string>,
  }));
}
