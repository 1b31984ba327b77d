import dns from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import axios from 'axios';
import type { CallWebhook } from '../domain/redelivery.ts';
import { isOwnAddress, isPublicAddress } from './public-address.ts';

/** Where webhooks may lead besides the internet. */
export interface WebhookRule {
  /** Hosts that may have any address and speak http: services of a private cloud. */
  privateHosts: readonly string[];
  /** Whether this machine itself may be called: the local mode. */
  allowsOwn: boolean;
  /** How names are resolved. */
  lookup?: typeof dns.lookup;
}

/** Why a webhook is not called. */
class Forbidden extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/**
 * Makes the caller of webhooks: by https, at public addresses alone, 5 s at most, no redirects, nothing of the answer but
 * its status is looked at. Whoever may name a webhook could else have us knock at the metadata of the cloud, at the
 * database, at whatever is behind the firewall. The addresses that are checked are those that are connected to.
 */
export function createWebhookCaller({ privateHosts, allowsOwn, lookup = dns.lookup }: WebhookRule): CallWebhook {
  const isAllowed = (address: string) => isPublicAddress(address) || (allowsOwn && isOwnAddress(address));
  const checkedLookup: LookupFunction = (host, options, callback) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      if (!addresses.every(({ address }) => isAllowed(address))) return callback(new Forbidden('private_address'), []);
      const [first] = addresses;
      if (options.all) callback(null, addresses);
      else callback(null, first?.address ?? '', first?.family);
    });
  };

  /** @throws Forbidden before anything is resolved or connected to */
  function agentsFor(url: string) {
    const { protocol, hostname } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    if (privateHosts.includes(host)) return {};
    const isOwn = host === 'localhost' || isOwnAddress(host);
    if (protocol !== 'https:' && !(allowsOwn && isOwn)) throw new Forbidden('not_https');
    // An address is not looked up.
    if (isIP(host) !== 0 && !isAllowed(host)) throw new Forbidden('private_address');
    const options = { lookup: checkedLookup };
    return { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) };
  }

  return async (url, headers, body) => {
    try {
      const { status } = await axios.post(url, body, {
        ...agentsFor(url),
        headers,
        signal: AbortSignal.timeout(5_000),
        maxRedirects: 0,
        maxContentLength: 64 * 1024,
        proxy: false,
        transformRequest: text => text,
        validateStatus: () => true,
      });
      return status >= 200 && status < 300 ? undefined : `answered ${status}`;
    } catch (error) {
      const { code } = error as { code?: unknown };
      return typeof code === 'string' ? code : 'no answer';
    }
  };
}
