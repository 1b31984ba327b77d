import bcd, { type CompatStatement, type Identifier, type SimpleSupportStatement } from '@mdn/browser-compat-data';
import { oldestBrowsers } from '../../web/support/browsers.ts';

const { chrome, edge, firefox, safari, ios } = oldestBrowsers;
const required = { chrome, edge, firefox, safari, safari_ios: ios, webview_android: chrome } as const;

/**
 * The names in built scripts that one of the required browsers does not know, by MDN's tables. A name that the scripts
 * give to something of their own, as a key or in a declaration, is taken for theirs.
 */
export function newerInScript(script: string): string[] {
  const used = new Set(
    [...script.matchAll(/(?<=(?<!\.)\.)[A-Za-z]\w*|"\w+"(?= in )|\b[A-Z]\w+/g)].map(([name]) =>
      name.replaceAll('"', ''),
    ),
  );
  const own = new Set([...script.matchAll(/(?<=[{,])\w+(?=[:,}(])/g)].map(([name]) => name));
  return [...scriptNames]
    .filter(([name, isOld]) => !isOld && used.has(name) && !own.has(name))
    .map(([name]) => name)
    .sort();
}

/** The properties, rules and selectors in a built stylesheet that one of the required browsers does not know. */
export function newerInStyle(style: string): string[] {
  const used = new Set(
    [...style.matchAll(/(?<=[{;])[a-z-]+(?=:)|@[a-z-]+|::?[a-z-]+(?=[^;}]*\{)/g)].map(([name]) => name),
  );
  return [...styleNames]
    .filter(([name, isOld]) => !isOld && used.has(name))
    .map(([name]) => name)
    .sort();
}

/** Names of the platform, and whether something of that name is in all required browsers. */
const scriptNames = new Map<string, boolean>();
const styleNames = new Map<string, boolean>();

for (const part of [bcd.javascript.builtins, bcd.api])
  collect(part, scriptNames, name => (/^\w+$/.test(name) ? name : undefined));
collect(bcd.css.properties, styleNames, name => name, 1);
collect(bcd.css['at-rules'], styleNames, name => `@${name}`, 1);
collect(bcd.css.selectors, styleNames, name => `:${name}`, 1);
collect(bcd.css.selectors, styleNames, name => `::${name}`, 1);

function collect(
  part: Identifier | undefined,
  names: Map<string, boolean>,
  nameOf: (key: string) => string | undefined,
  depth = 2,
): void {
  for (const [key, value] of Object.entries(part ?? {})) {
    if (key === '__compat' || value === undefined) continue;
    const compat = (value as Identifier).__compat;
    const name = nameOf(key.replace(/_(static|event)$/, ''));
    if (compat && name !== undefined && !key.endsWith('_event'))
      names.set(name, names.get(name) === true || isOld(compat));
    if (depth > 1) collect(value as Identifier, names, nameOf, depth - 1);
  }
}

function isOld({ support }: CompatStatement): boolean {
  return Object.entries(required).every(([browser, version]) => {
    const statements = [support[browser as keyof typeof support] ?? []].flat() as SimpleSupportStatement[];
    return statements.some(({ version_added, flags, prefix, alternative_name }) => {
      if (flags || prefix || alternative_name || typeof version_added !== 'string') return false;
      return Number.parseFloat(version_added.replace('≤', '')) <= version;
    });
  });
}
