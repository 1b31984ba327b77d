import { createServer, type Server } from 'node:http';
import { exportJWK, exportSPKI, generateKeyPair, type KeyLike, SignJWT, UnsecuredJWT } from 'jose';
import { startGateway } from '../../apigateway/server/gateway.ts';
import type { GatewayOptions } from '../../apigateway/server/options.ts';
import { connect, handshake } from '../support/apigateway/client.ts';
import { listen, stop } from '../support/listen.ts';
import { aws } from './aws.ts';
import { type DialectWorld, startWorld } from './contract.ts';
import { tencent } from './tencent.ts';

// Tokens at the handshake, on an issuer of this file.

const issuer = 'https://issuer.example';
const audience = 'orders';
let keys: { privateKey: KeyLike; publicKey: KeyLike };
let other: { privateKey: KeyLike; publicKey: KeyLike };
let issuerServer: Server;
let jwksUrl: string;
let isAway = false;
beforeAll(async () => {
  keys = await generateKeyPair('ES256');
  other = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256' };
  issuerServer = createServer((_, response) => {
    response.writeHead(isAway ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  jwksUrl = `http://127.0.0.1:${await listen(issuerServer)}/jwks`;
});
afterAll(() => stop(issuerServer));

let world: DialectWorld | undefined;
afterEach(async () => {
  isAway = false;
  await world?.gateway.close();
  world = undefined;
});

interface TokenParts {
  by?: KeyLike;
  issuer?: string;
  audience?: string;
  expires?: string | undefined;
  kid?: string;
}

function token(parts: TokenParts = {}): Promise<string> {
  const made = new SignJWT({ shop: 'shop1' })
    .setProtectedHeader({ alg: 'ES256', kid: parts.kid ?? 'one' })
    .setSubject('user-7')
    .setIssuer(parts.issuer ?? issuer)
    .setAudience(parts.audience ?? audience);
  if (!('expires' in parts)) made.setExpirationTime('5m');
  else if (parts.expires !== undefined) made.setExpirationTime(parts.expires);
  return made.sign(parts.by ?? keys.privateKey);
}

const bearer = (text: string) => ({ headers: { authorization: `Bearer ${text}` } });

describe.each(Object.entries({ tencent, aws }))('with the dialect %s', (_, dialect) => {
  it('a client with a valid token is let in, from each place that is allowed', async () => {
    const tokenIn = ['header', 'query:token', 'cookie:session'];
    world = await startWorld(dialect, {}, { api: { jwt: { jwksUrl, issuer, audience, tokenIn } } });
    const text = await token();
    await connect(world.url, bearer(text));
    await connect(`${world.url}?token=${text}`);
    await connect(world.url, { headers: { cookie: `a=b; session=${text}` } });
    expect(world.told).toHaveLength(3);
  });

  it('any other is refused with 401 before a function is called, and the next is served', async () => {
    world = await startWorld(dialect, {}, { api: { jwt: { jwksUrl, issuer, audience } } });
    const unsigned = new UnsecuredJWT({}).setIssuer(issuer).setAudience(audience).setExpirationTime('5m').encode();
    const secret = new TextEncoder().encode(await exportSPKI(keys.publicKey));
    const confused = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setIssuer(issuer).setAudience(audience);
    const wrong = [
      await token({ expires: '-1m' }),
      await token({ expires: undefined }),
      await token({ audience: 'somebody else' }),
      await token({ issuer: 'https://another.example' }),
      await token({ by: other.privateKey }),
      await token({ kid: 'two' }),
      unsigned,
      await confused.setExpirationTime('5m').sign(secret),
      'nonsense',
      'x'.repeat(10_000),
    ];
    for (const text of wrong) {
      expect(await handshake(world.url, bearer(text))).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Bearer' },
      });
    }
    expect(await handshake(world.url)).toMatchObject({ status: 401 });
    expect(await handshake(`${world.url}?token=${await token()}`)).toMatchObject({ status: 401 });
    expect(world.told).toEqual([]);
    await connect(world.url, bearer(await token()));
  });

  it('a client is told to come back while the keys of the issuer cannot be had', async () => {
    isAway = true;
    world = await startWorld(dialect, {}, { api: { jwt: { jwksUrl, issuer, audience } } });
    expect(await handshake(world.url, bearer(await token()))).toMatchObject({ status: 503 });
    expect(world.told).toEqual([]);
    isAway = false;
    await connect(world.url, bearer(await token()));
  });

  it('one key is enough: a public one, or a secret', async () => {
    const key = await exportSPKI(keys.publicKey);
    world = await startWorld(dialect, {}, { api: { jwt: { key, issuer, audience } } });
    await connect(world.url, bearer(await token()));
    expect(await handshake(world.url, bearer(await token({ by: other.privateKey })))).toMatchObject({ status: 401 });
    await world.gateway.close();
    const secret = 'a secret that both of them know, of this test';
    world = await startWorld(dialect, {}, { api: { jwt: { key: secret, issuer, audience } } });
    expect(await handshake(world.url, bearer(await token()))).toMatchObject({ status: 401 });
    const shared = new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setIssuer(issuer).setAudience(audience);
    await connect(world.url, bearer(await shared.setExpirationTime('5m').sign(new TextEncoder().encode(secret))));
  });
});

it('the function that lets in is told the claims', async () => {
  const events: { requestContext: { authorizer?: unknown } }[] = [];
  const hear = (event: unknown) => {
    events.push(event as { requestContext: { authorizer?: unknown } });
    return { statusCode: 200, errNo: 1 };
  };
  const jwt = { jwksUrl, issuer, audience };
  const gateway = await startGateway({
    port: 0,
    log: () => {},
    websockets: [
      { apiId: 't', path: '/t', register: hear, transport: hear, cleanup: hear, jwt },
      { dialect: 'aws', apiId: 'a', path: '/a', routes: { $connect: hear }, jwt },
    ],
  });
  for (const path of ['/t', '/a']) {
    await handshake(gateway.url.replace('http', 'ws') + path, bearer(await token()));
  }
  await gateway.close();
  const claims = { sub: 'user-7', shop: 'shop1', iss: issuer, aud: audience, exp: expect.any(Number) };
  expect(events.map(event => event.requestContext.authorizer)).toEqual(Array(2).fill({ jwt: { claims } }));
});

it.each<[object, string]>([
  [{}, 'either jwksUrl or key'],
  [{ jwksUrl: 'http://127.0.0.1/jwks', key: 'a secret of sixteen and more' }, 'either jwksUrl or key'],
  [{ jwksUrl: 'file:///keys' }, 'http or https URL'],
  [{ key: 'short' }, '16 characters'],
  [{ key: '-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----' }, ''],
  [{ key: 'a secret of sixteen and more', tokenIn: ['body'] }, 'must be header'],
])('%j is refused at the start', async (options, message) => {
  const jwt = { issuer, audience, ...options } as NonNullable<NonNullable<GatewayOptions['websockets']>[number]['jwt']>;
  await expect(startWorld(tencent, {}, { api: { jwt } })).rejects.toThrow(message);
});

it('a start that is refused leaves no timer, which would keep its process from ending', async () => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
  const before = timers();
  const jwt = { issuer, audience, key: '-----BEGIN PUBLIC KEY-----\nnonsense\n-----END PUBLIC KEY-----' };
  await expect(startWorld(tencent, {}, { api: { jwt } })).rejects.toThrow();
  expect(timers()).toBeLessThanOrEqual(before);
});
