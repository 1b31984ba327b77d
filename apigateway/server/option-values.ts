import * as v from 'valibot';
import { anyOrigin, noOrigin, readOrigin } from '../origin.ts';
import { isHost } from './http/host.ts';
import { readCloudTarget } from './targets/cloud-target.ts';
import type { EventFunction } from './targets/target.ts';

// The kinds of values that options have, each with what is said of a wrong one.

/** Seconds, and parts of them. */
export const seconds = v.pipe(v.number(), v.minValue(0));
/** The same, of which none are not allowed. */
export const positiveSeconds = v.pipe(v.number(), v.gtValue(0), v.maxValue(86_400));
/** A number of things. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
/** A size. */
export const bytes = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64 * 1024 * 1024));
/** A network port; 0 takes any free one. */
export const port = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535, 'must be a port, 0 to 65535'));
/** A path of requests. */
export const path = v.pipe(v.string(), v.regex(/^\/[\w.~/-]*$/, 'must begin with / and hold no query'));
/** The origin of a page, brought into the spelling of browsers; `*` is any. */
export const origin = v.pipe(
  v.string(),
  v.transform(text => (text === anyOrigin ? text : (readOrigin(text) ?? ''))),
  v.minLength(1, `${noOrigin}; or ${anyOrigin} for all`),
);
/** The name or address of a machine. */
export const host = v.pipe(
  v.string(),
  v.check(
    text => text !== '' && isHost(text) && !/:\d*$/.test(text),
    'must be a host without a port, as in gateway.example or [::1]',
  ),
);
/** The name of a header. */
export const headerName = v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/, 'must be the name of a header, in lower case'));
/** The name of an API in a send-back URL. */
export const apiId = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, 'must be letters, digits, _ and -'));
/** What only those know who may. */
export const secret = v.pipe(v.string(), v.minLength(16, 'must have 16 characters or more'));

/** The part of a send-back URL that leads to the machine. */
export const sendBackBase = v.pipe(
  v.string(),
  v.regex(/^https?:\/\/[^/?#@]+$/i, 'must be http(s)://host or http(s)://host:port, and nothing behind it'),
  v.check(text => URL.canParse(text), 'must be http(s)://host or http(s)://host:port, and nothing behind it'),
);

/** A module path with the name of its export, a URL, a function of a cloud, or (in process, for tests) the function itself. */
export const target = v.union(
  [
    v.pipe(
      v.string(),
      v.regex(/^https?:\/\/./i),
      v.check(text => URL.canParse(text)),
    ),
    v.pipe(
      v.string(),
      v.check(text => readCloudTarget(text) !== undefined),
    ),
    v.pipe(v.string(), v.regex(/^[^#]+#\w+$/)),
    v.custom<EventFunction>(value => typeof value === 'function'),
  ],
  'must be path/of/module.js#export, an http(s) URL, scf:<region>/<namespace>/<function> or lambda:<region>/<function>',
);
