import { record, wordsOf } from '../../record.ts';
import { type CloudCaller, loadSdk, parseReturned, readCloudTarget, shortened, withinTime } from './cloud-target.ts';
import { TargetError } from './target.ts';

const MAX_SOCKETS = 256;

/**
 * Calls functions on AWS Lambda by its Invoke, with whatever credentials the SDK finds. `AWS_ENDPOINT_URL` and
 * `AWS_ENDPOINT_URL_LAMBDA` lead elsewhere. Nothing is tried again: whether it may be is not for a target to know.
 */
export function lambdaCaller(): CloudCaller {
  const clients: { destroy(): void }[] = [];
  return {
    async open(target, timeoutMs) {
      const { LambdaClient, InvokeCommand } = await loadSdk(
        '@aws-sdk/client-lambda',
        () => import('@aws-sdk/client-lambda'),
      );
      const { region = '', name = '', qualifier } = readCloudTarget(target) ?? {};
      const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
      const requestHandler = { httpAgent: agent, httpsAgent: agent };
      const client = new LambdaClient({ region, maxAttempts: 1, requestHandler });
      clients.push(client);
      const about = { FunctionName: name, InvocationType: 'RequestResponse' as const };
      return {
        name: target,
        async call(event) {
          const Payload = Buffer.from(JSON.stringify(event));
          const command = new InvokeCommand({ ...about, ...(qualifier && { Qualifier: qualifier }), Payload });
          const call = (abortSignal: AbortSignal) => client.send(command, { abortSignal });
          const answer = await withinTime(target, timeoutMs, call).catch(error => {
            throw error instanceof TargetError ? error : failureOf(target, error);
          });
          const payload = Buffer.from(answer.Payload ?? []).toString();
          if (answer.FunctionError === undefined) return parseReturned(payload);
          throw functionFailure(target, payload, answer.$metadata.requestId);
        },
      };
    },
    close() {
      for (const client of clients) client.destroy();
    },
  };
}

/** The function threw, or Lambda ended it: its payload says how. */
function functionFailure(target: string, payload: string, requestId = ''): TargetError {
  const { errorMessage = '', errorType } = record(parseReturned(payload));
  const words = wordsOf(errorMessage);
  const isLate = errorType === 'Sandbox.Timedout' || /Task timed out after/.test(words);
  const cause = new Error(shortened(words));
  const message = `${target} ${isLate ? 'took too long' : 'failed'}, request id ${requestId}`;
  return new TargetError(isLate ? 'timeout' : 'failed', message, { cause });
}

/** What the SDK throws: an error of Lambda has a status, one of the credentials or of the way has none. */
function failureOf(target: string, error: unknown): TargetError {
  const { name, message, $metadata } = record(error);
  const { httpStatusCode, requestId } = record($metadata);
  const cause = new Error(shortened(String(message)));
  if (typeof httpStatusCode !== 'number') {
    const isOfCredentials = /^Credentials|^Token/.test(String(name));
    const words = isOfCredentials ? 'is called with credentials of the environment' : 'cannot be reached';
    return new TargetError(isOfCredentials ? 'refused' : 'unreachable', `${target} ${words}`, { cause });
  }
  const reason = httpStatusCode === 429 ? 'throttled' : httpStatusCode >= 500 ? 'unreachable' : 'refused';
  return new TargetError(reason, `${target}: ${name}, request id ${requestId}`, { cause });
}
