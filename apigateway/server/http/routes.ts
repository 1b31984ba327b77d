import { validateHeaderName, validateHeaderValue } from 'node:http';
import { type Log, messageOf } from '../../log.ts';
import type { SecurityEvents } from '../../security-events.ts';
import { invalidAnswer, readHttpAnswer } from '../../tencent/http-answer.ts';
import { httpEvent } from '../../tencent/http-event.ts';
import type { Target } from '../targets/target.ts';
import { TargetError } from '../targets/target.ts';
import type { WaitingBudget } from '../waiting-budget.ts';
import { readBody, SmallPieces } from './body.ts';
import { headersToPassOn } from './passed-headers.ts';
import { queryOf } from './query.ts';
import { type Exchange, reply, replyError, replyJson } from './reply.ts';
import type { Found, Place, Route } from './route-table.ts';

/** What all routes have in common. */
export interface RouteOptions {
  maxBodyBytes: number;
  budget: WaitingBudget;
  securityEvents: SecurityEvents;
  log: Log;
}

/** Answers requests of routes: each is one call of the route's function. */
export function createRoutes(options: RouteOptions): (found: Found, exchange: Exchange) => Promise<void> {
  const { maxBodyBytes, budget, securityEvents, log } = options;

  /** What the function answers, or says why it did not. */
  async function ask(target: Target, found: Found, exchange: Exchange, body: Buffer): Promise<unknown> {
    const { request, requestId, remoteAddress, search } = exchange;
    const event = httpEvent({
      // A HEAD is a GET whose body nobody wants.
      method: request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET'),
      path: found.path,
      routePath: found.place.path,
      pathParameters: found.pathParameters,
      queryString: queryOf(search),
      headers: { ...headersToPassOn(request.headers), 'x-scf-remote-addr': remoteAddress },
      body,
      remoteAddress,
      requestId,
      serviceId: 'gateway',
      stage: found.stage,
    });
    try {
      return await target.call(event, requestId);
    } catch (error) {
      log('error', 'function failed', { path: found.place.path, requestId, message: messageOf(error) });
      throw error;
    }
  }

  async function answer(found: Found, exchange: Exchange): Promise<void> {
    const { request, response, requestId } = exchange;
    const { methods, path } = found.place;
    const route = routeFor(request.method ?? '', found.place);
    if (route === undefined) {
      const allow = methods.includes('GET') ? [...methods, 'HEAD'] : methods;
      return replyError(exchange, 405, 'method_not_allowed', 'not for this path', { allow: allow.join(', ') });
    }
    const bytes = await readBody(request, response, maxBodyBytes, held => {
      budget.add(held - exchange.bodyBytes);
      exchange.bodyBytes = held;
    });
    if (bytes === undefined) {
      return replyError(exchange, 413, 'too_large', `the body is larger than ${maxBodyBytes} bytes`);
    }
    const answered = readHttpAnswer(await ask(route.target, found, exchange, bytes), route.integrated);
    if (answered === undefined || !areSendable(answered.headers)) {
      log('error', 'function answered wrongly', { path, requestId });
      // The document names the body only. 502, because a 4xx would promise that nothing has happened.
      return replyJson(exchange, 502, invalidAnswer);
    }
    reply(exchange, answered.status, withoutFraming(answered.headers), answered.body);
    budget.add(exchange.answerBytes);
  }

  return async (found, exchange) => {
    const { request, requestId } = exchange;
    const startedAt = performance.now();
    try {
      await answer(found, exchange);
    } catch (error) {
      if (error instanceof SmallPieces) securityEvents.tell('small_pieces');
      if (request.destroyed && !request.complete) return;
      replyFailure(exchange, error);
    }
    const { statusCode: status } = exchange.response;
    const { path } = found.place;
    log('info', 'request', {
      method: request.method,
      path,
      status,
      ms: Math.round(performance.now() - startedAt),
      requestId,
    });
  };
}

/** One for the method itself comes before one for any; HEAD is a GET unless it has a function of its own. */
function routeFor(method: string, { routes }: Place): Route | undefined {
  const forMethod = (name: string) => routes.find(({ methods }) => methods.includes(name));
  return forMethod(method) ?? (method === 'HEAD' ? forMethod('GET') : undefined) ?? forMethod('ANY');
}

/** The outcome is unknown: the function may have done all of its work. The caller may repeat with the same key. */
function replyFailure(exchange: Exchange, error: unknown) {
  const isAway = error instanceof TargetError && error.reason !== 'failed';
  if (isAway) return replyError(exchange, 503, 'unavailable', 'try again', { 'retry-after': '2' });
  replyError(exchange, 500, 'internal', 'something went wrong on our side');
}

function areSendable(headers: Record<string, string>): boolean {
  try {
    for (const [name, value] of Object.entries(headers)) {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    }
    return true;
  } catch {
    return false;
  }
}

/** Length and connection are the gateway's own. */
function withoutFraming(headers: Record<string, string>): Record<string, string> {
  const framing = /^(connection|keep-alive|content-length|transfer-encoding|upgrade|trailer)$/i;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !framing.test(name)));
}
