import { createPublicKey, type KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { messageOf } from '../../log.ts';
import { record } from '../../record.ts';
import type { HandshakeRefusal } from './dialect.ts';

/** Whose tokens let clients in (RFC 7519). */
export interface TokenSettings {
  /** Where the keys of the issuer are published, as a JWK set. */
  jwksUrl?: string | undefined;
  /** In its place a public key in PEM, or a secret that the issuer shares with the gateway. */
  key?: string | undefined;
  issuer: string;
  audience: string;
  /** Places in which a client may put its token: `header`, `query:<name>`, `cookie:<name>`. */
  tokenIn: readonly string[];
}

/** What a token says of its client. */
export type Claims = Readonly<Record<string, unknown>>;

/** Checks the token of a handshake. */
export type TokenCheck = (request: IncomingMessage) => Promise<{ claims: Claims } | HandshakeRefusal>;

/** Algorithms are those of the kind of key: a public key is never taken for a secret, and `none` is none. */
const algorithms = {
  public: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'],
  secret: ['HS256', 'HS384', 'HS512'],
};

const KEYS_TIMEOUT_MS = 5_000;
const CLOCK_TOLERANCE_SECONDS = 5;
/** Longer ones do not fit into the headers that are taken anyway. */
const MAX_TOKEN_LENGTH = 16 * 1024;

/**
 * Makes the check of one API. A client without a token, or with one that is expired, of another issuer or audience, or not
 * signed with a key of the issuer, is refused with 401; with 503 while the issuer's keys cannot be had.
 * @throws Error when `key` is none
 */
export async function createTokenCheck(settings: TokenSettings): Promise<TokenCheck> {
  const { createRemoteJWKSet, jwtVerify } = await import('jose');
  const { jwksUrl, key = '', issuer, audience } = settings;
  const kind = jwksUrl !== undefined || key.startsWith('-----') ? 'public' : 'secret';
  const rules = {
    issuer,
    audience,
    algorithms: algorithms[kind],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp'],
  };
  const verify = jwksUrl === undefined ? withKey(keyOf(key, kind)) : withKeysAt(new URL(jwksUrl));

  function withKey(local: KeyObject | Uint8Array) {
    return (token: string) => jwtVerify(token, local, rules);
  }

  function withKeysAt(url: URL) {
    const remote = createRemoteJWKSet(url, { timeoutDuration: KEYS_TIMEOUT_MS });
    return (token: string) => jwtVerify(token, remote, rules);
  }

  return async request => {
    const token = tokenOf(request, settings.tokenIn);
    if (token === undefined || token.length > MAX_TOKEN_LENGTH) return unauthorized('there is no token');
    try {
      return { claims: (await verify(token)).payload };
    } catch (error) {
      return isOfToken(error) ? unauthorized(messageOf(error)) : { ...keysAway, detail: messageOf(error) };
    }
  };
}

function keyOf(key: string, kind: keyof typeof algorithms): KeyObject | Uint8Array {
  return kind === 'secret' ? new TextEncoder().encode(key) : createPublicKey(key);
}

/** The first token in the places that are allowed, in their order. */
function tokenOf({ headers, url = '' }: IncomingMessage, places: readonly string[]): string | undefined {
  for (const place of places) {
    const [kind, name = ''] = place.split(':');
    const token =
      kind === 'header'
        ? /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1]
        : kind === 'query'
          ? new URLSearchParams(url.split('?')[1] ?? '').get(name)
          : cookieOf(headers.cookie ?? '', name);
    if (token) return token;
  }
  return undefined;
}

function cookieOf(cookies: string, name: string): string | undefined {
  const pairs = cookies.split(';').map(each => each.trim());
  return pairs.find(each => each.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Whether the token is at fault, or else the way to the keys. */
function isOfToken(error: unknown): boolean {
  const { code } = record(error);
  return typeof code === 'string' && /^ERR_(JWT|JWS|JWKS_(NO|MULTIPLE)|JOSE_(ALG|NOT_SUPPORTED))/.test(code);
}

const unauthorized = (detail: string): HandshakeRefusal => ({
  status: 401,
  code: 'unauthorized',
  message: 'a valid token is required',
  headers: { 'www-authenticate': 'Bearer' },
  detail,
});
const keysAway: HandshakeRefusal = { status: 503, code: 'unavailable', message: 'the token cannot be checked now' };
