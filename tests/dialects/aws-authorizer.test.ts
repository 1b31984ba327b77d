import { authorizationOf } from '../../apigateway/aws/authorizer-answer.ts';
import { connect, handshake } from '../support/apigateway/client.ts';
import { type AwsEvent, type AwsGateway, startAwsGateway } from './aws-gateway.ts';

let world: AwsGateway | undefined;
afterEach(async () => {
  await world?.gateway.close();
  world = undefined;
});

const policy = (Effect: string, Resource: unknown, Action: unknown = 'execute-api:Invoke') => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Action, Resource }],
});

/** An API whose authorizer does that, and asks for a token in the query. */
async function startWith(target: (event: AwsEvent & { methodArn: string }) => unknown) {
  const asked: AwsEvent[] = [];
  world = await startAwsGateway(
    {},
    {
      authorizer: {
        target: event => {
          asked.push(event as AwsEvent);
          return target(event as AwsEvent & { methodArn: string });
        },
        identitySources: ['route.request.querystring.token'],
      },
    },
  );
  return { ...world, asked, url: `${world.url}?token=abc` };
}

it('a client that the authorizer allows is let in, and every event says what it said', async () => {
  const { url, asked, events, heard } = await startWith(({ methodArn }) => ({
    principalId: 'user-7',
    policyDocument: policy('Allow', methodArn),
    context: { shop: 'shop1', number: 7, isOwner: true },
  }));
  const client = await connect(url);
  client.socket.send('x');
  await heard('$default');
  client.socket.close();
  await heard('$disconnect');
  expect(asked[0]).toMatchObject({
    type: 'REQUEST',
    methodArn: expect.stringMatching(/^arn:aws:execute-api:[\w-]+:\d{12}:abcdef1234\/production\/\$connect$/),
    queryStringParameters: { token: 'abc' },
    requestContext: { routeKey: '$connect', eventType: 'CONNECT' },
  });
  const authorizer = { principalId: 'user-7', shop: 'shop1', number: '7', isOwner: 'true' };
  expect(events.map(({ requestContext }) => requestContext.authorizer)).toEqual(Array(3).fill(authorizer));
});

it('without an identity source a client is refused with 401 before anybody is asked', async () => {
  const { url, asked, events } = await startWith(() => ({}));
  for (const bare of [url.replace('?token=abc', ''), url.replace('abc', '')]) {
    expect(await handshake(bare)).toMatchObject({ status: 401 });
  }
  expect([asked, events]).toEqual([[], []]);
});

it.each<[string, (methodArn: string) => unknown, number]>([
  ['denies', arn => ({ principalId: 'u', policyDocument: policy('Deny', arn) }), 403],
  ['allows something else', () => ({ principalId: 'u', policyDocument: policy('Allow', 'arn:aws:other') }), 403],
  ['throws Unauthorized', () => Promise.reject(new Error('Unauthorized')), 401],
  ['rejects with the word', () => Promise.reject('Unauthorized'), 401],
  ['fails otherwise', () => Promise.reject(new Error('no database')), 500],
  ['answers nonsense', () => 'yes', 500],
  ['names nobody', arn => ({ policyDocument: policy('Allow', arn) }), 500],
  [
    'has a context that is not flat',
    arn => ({ principalId: 'u', policyDocument: policy('Allow', arn), context: { a: {} } }),
    500,
  ],
])('an authorizer that %s lets nobody in, and $connect is not called', async (_, answer, status) => {
  const { url, events } = await startWith(({ methodArn }) => answer(methodArn));
  expect(await handshake(url)).toMatchObject({ status });
  expect(events).toEqual([]);
});

const arn = 'arn:aws:execute-api:us-east-1:123456789012:abcdef1234/production/$connect';

it.each<[boolean, unknown]>([
  [true, policy('Allow', arn)],
  [true, policy('Allow', '*')],
  [true, policy('Allow', 'arn:aws:execute-api:*:*:abcdef1234/*')],
  [true, policy('Allow', ['arn:aws:other', 'arn:aws:execute-api:??-east-1:*/$connect'], ['lambda:*', 'EXECUTE-API:*'])],
  [false, policy('Allow', arn.toUpperCase())],
  [false, policy('Allow', arn, 'lambda:InvokeFunction')],
  [false, policy('Allow', 'arn:aws:execute-api:*:abcdef1234/dev/*')],
  [false, policy('Allow', '')],
  [false, { Statement: [] }],
  [false, { Statement: [...policy('Allow', '*').Statement, ...policy('Deny', arn).Statement] }],
])('%p: what a policy allows', (allowed, policyDocument) => {
  expect(authorizationOf({ principalId: 'u', policyDocument }, arn).allowed).toBe(allowed);
});

it('a pattern with many wildcards is read at once', () => {
  const started = performance.now();
  authorizationOf(
    { principalId: 'u', policyDocument: policy('Allow', `${'*a'.repeat(1_000)}b`) },
    `${'a'.repeat(1_000)}`,
  );
  expect(performance.now() - started).toBeLessThan(1_000);
});
