import { connect, handshake } from '../support/apigateway/client.ts';
import { type AwsEvent, type AwsGateway, startAwsGateway } from './aws-gateway.ts';

// What functions of AWS's dialect are told and may answer, as the developer guide of API Gateway has it.

let world: AwsGateway | undefined;
afterEach(async () => {
  await world?.gateway.close();
  world = undefined;
});
const start = async (...given: Parameters<typeof startAwsGateway>) => (world = await startAwsGateway(...given));

describe('an event', () => {
  const context = (host: string) => ({
    eventType: expect.stringMatching(/^(CONNECT|MESSAGE|DISCONNECT)$/),
    messageDirection: 'IN',
    stage: 'production',
    apiId: 'abcdef1234',
    domainName: host,
    connectedAt: expect.any(Number),
    requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    requestTimeEpoch: expect.any(Number),
    requestId: expect.any(String),
    extendedRequestId: expect.any(String),
    connectionId: expect.any(String),
    identity: { sourceIp: '127.0.0.1', userAgent: 'a browser' },
  });

  it('has the whole requestContext, the same connection in all of them', async () => {
    const { url, heard, events, gateway } = await start({}, {}, { port: 0 });
    const client = await connect(url, { headers: { 'user-agent': 'a browser' } });
    client.socket.send('{"a":1}');
    await heard('$default');
    client.socket.close(4001, 'had enough');
    await heard('$disconnect');
    const [opened, message, closed] = events.map(event => event.requestContext);
    const host = `127.0.0.1:${gateway.port}`;
    expect(opened).toEqual({ ...context(host), routeKey: '$connect', eventType: 'CONNECT' });
    const messageId = expect.any(String);
    expect(message).toEqual({ ...context(host), routeKey: '$default', eventType: 'MESSAGE', messageId });
    const reason = { disconnectStatusCode: 4001, disconnectReason: 'had enough' };
    expect(closed).toEqual({ ...context(host), routeKey: '$disconnect', eventType: 'DISCONNECT', ...reason });
    for (const each of [message, closed]) {
      expect([each?.connectionId, each?.connectedAt]).toEqual([opened?.connectionId, opened?.connectedAt]);
    }
    expect(events[1]).toMatchObject({ body: '{"a":1}', isBase64Encoded: false });
    expect(events[1]?.headers).toBeUndefined();
    expect(new Set(events.map(event => event.requestContext.requestId)).size).toBe(3);
  });

  it('of $connect has headers, cookies and query, each also as lists, and the address that the gateway found', async () => {
    const { url, events } = await start();
    await connect(`${url}?token=a%20b&shop=1&shop=2`, {
      headers: { cookie: 'a=b', 'X-Many': ['1', '2'] as unknown as string, 'x-forwarded-for': '6.6.6.6' },
    });
    const [{ headers, multiValueHeaders, queryStringParameters, multiValueQueryStringParameters } = {} as AwsEvent] =
      events;
    expect(headers).toMatchObject({ cookie: 'a=b', 'X-Many': '2', 'X-Forwarded-For': '127.0.0.1' });
    expect(multiValueHeaders).toMatchObject({ cookie: ['a=b'], 'X-Many': ['1', '2'] });
    expect(JSON.stringify(headers)).not.toContain('6.6.6.6');
    expect(queryStringParameters).toEqual({ token: 'a b', shop: '2' });
    expect(multiValueQueryStringParameters).toEqual({ token: ['a b'], shop: ['1', '2'] });
  });

  it('says 1006 of a client that vanished, and as much as the owner has set of stage and domain', async () => {
    const { url, heard } = await start({}, { stage: 'dev', domainName: 'ws.example' });
    const client = await connect(url);
    client.socket.terminate();
    const [{ requestContext } = {} as AwsEvent] = await heard('$disconnect');
    expect(requestContext).toMatchObject({ disconnectStatusCode: 1006, stage: 'dev', domainName: 'ws.example' });
  });
});

describe('a message', () => {
  const routes = { join: () => ({ statusCode: 200, body: 'joined' }), leave: () => ({ statusCode: 200 }) };

  it('goes to the route that it names, and to $default when it names none that a client may choose', async () => {
    const { url, heard, events } = await start(routes, { routeSelectionExpression: '$request.body.to.route' });
    const client = await connect(url);
    const chosen = ['join', 'leave'].map(route => JSON.stringify({ to: { route } }));
    const others = [
      '{"to":{"route":"nowhere"}}',
      '{"to":7}',
      'no JSON',
      '[]',
      'null',
      '{"to":{"route":"$disconnect"}}',
    ];
    for (const each of [...chosen, ...others]) client.socket.send(each);
    await heard('$default', others.length);
    expect(events.slice(1).map(({ requestContext, body }) => [requestContext.routeKey, body])).toEqual([
      ['join', chosen[0]],
      ['leave', chosen[1]],
      ...others.map(body => ['$default', body]),
    ]);
  });

  it('is answered with the body of the function where the route has a response, and with nothing elsewhere', async () => {
    const { url } = await start(
      {
        ...routes,
        bytes: () => ({ statusCode: 200, body: Buffer.from('鸡').toString('base64'), isBase64Encoded: true }),
      },
      { routeResponses: ['bytes', '$default', 'leave'] },
    );
    const client = await connect(url);
    for (const action of ['join', 'leave', 'bytes']) client.socket.send(JSON.stringify({ action }));
    expect(await client.received()).toEqual(['鸡']);
  });

  it('whose function fails is told to the client, who stays and is served', async () => {
    const failing = {
      throws: () => Promise.reject(new Error('13800000000')),
      nonsense: () => 'nonsense',
      never: () => new Promise(() => {}),
    };
    const { url, heard, logged } = await start({ ...routes, ...failing }, { integrationSeconds: 0.2 });
    const client = await connect(url);
    for (const action of Object.keys(failing)) client.socket.send(JSON.stringify({ action }));
    const frames = (await client.received(3)).map(text => JSON.parse(String(text)));
    const [{ requestContext } = {} as AwsEvent] = await heard('$connect');
    const { connectionId } = requestContext;
    expect(frames).toEqual(
      Array(3).fill({ message: 'Internal server error', connectionId, requestId: expect.any(String) }),
    );
    for (const { requestId } of frames) expect(JSON.stringify(logged)).toContain(requestId);
    client.socket.send('still here');
    await heard('$default');
  });

  it('that no route takes is answered Forbidden', async () => {
    const { url } = await start({}, { routes: { $connect: () => ({ statusCode: 200 }) } });
    const client = await connect(url);
    client.socket.send('x');
    expect(JSON.parse(String((await client.received())[0]))).toMatchObject({ message: 'Forbidden' });
  });

  it('that is binary closes the client with 1003, and no function is called', async () => {
    const { url, heard, events } = await start();
    const client = await connect(url);
    client.socket.send(Buffer.from([1, 2, 3]));
    expect((await client.closed).code).toBe(1003);
    await heard('$disconnect');
    expect(events.map(({ requestContext }) => requestContext.routeKey)).toEqual(['$connect', '$disconnect']);
  });

  it('may have 128 KiB in frames of 32; a larger frame or message closes with 1009 and reaches nobody', async () => {
    const { url, heard, events } = await start();
    const frame = 'x'.repeat(32 * 1024);
    const client = await connect(url);
    for (let i = 0; i < 4; i++) client.socket.send(frame, { fin: i === 3 });
    const [{ body } = {} as AwsEvent] = await heard('$default');
    expect(body).toBe(frame.repeat(4));
    for (const sizes of [[32 * 1024 + 1], [1, 33 * 1024, 1], Array(5).fill(32 * 1024)]) {
      const other = await connect(url);
      for (const [i, size] of sizes.entries()) other.socket.send('x'.repeat(size), { fin: i === sizes.length - 1 });
      expect((await other.closed).code).toBe(1009);
    }
    expect(events.filter(({ requestContext }) => requestContext.routeKey === '$default')).toHaveLength(1);
  });
});

describe('$connect', () => {
  it('refuses with the status that it answers', async () => {
    const statuses = [401, 403, 418, 500, 302];
    const { url, events } = await start({ $connect: () => ({ statusCode: statuses[events.length - 1] }) });
    for (const expected of [401, 403, 418, 500, 403]) expect(await handshake(url)).toMatchObject({ status: expected });
  });

  it('and $disconnect need no function', async () => {
    const { url } = await start(
      {},
      { routes: { $default: () => ({ statusCode: 200, body: 'hi' }) }, routeResponses: ['$default'] },
    );
    const client = await connect(url);
    client.socket.send('hello');
    expect(await client.received()).toEqual(['hi']);
  });

  it.each([
    undefined,
    null,
    'text',
    {},
    { statusCode: '200' },
    { errorMessage: 'broke' },
  ])('that answers %j lets nobody in, and no $disconnect follows', async answer => {
    const { url, events, gateway } = await start({ $connect: () => answer });
    expect(await handshake(url)).toMatchObject({ status: 502 });
    await gateway.close();
    expect(events.map(({ requestContext }) => requestContext.routeKey)).toEqual(['$connect']);
  });
});

describe('connections', () => {
  it.each([{ connectionSeconds: 0.2 }, { idleSeconds: 0.2 }])('end as on AWS after %j', async limit => {
    const { url, heard } = await start({}, limit);
    const client = await connect(url);
    expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
    const [{ requestContext } = {} as AwsEvent] = await heard('$disconnect');
    expect(requestContext.disconnectStatusCode).toBe(1001);
  });
});
