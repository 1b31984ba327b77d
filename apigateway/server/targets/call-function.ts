import type { EventFunction } from './target.ts';

/**
 * Calls a function as the runtimes of Tencent Cloud and AWS do: what its promise resolves with is the answer; of one that
 * takes a third argument and makes no promise it is what that callback is given; else what it returned.
 */
export function callFunction(main: EventFunction, event: unknown, requestId: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback = (error: unknown, answer: unknown) => (error ? reject(error) : resolve(answer));
    const returned = main(event, { request_id: requestId }, callback);
    if (isPromise(returned)) returned.then(resolve, reject);
    else if (main.length < 3) resolve(returned);
  });
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
