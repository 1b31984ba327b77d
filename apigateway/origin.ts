/**
 * An origin in the spelling of browsers: scheme and host in lower case, the host in Punycode, no default port. Apps have
 * origins with schemes of their own, as `capacitor://localhost`; pages without an origin send `null`, or `file://` in
 * older web views. `undefined` when the text is no origin of a page: with a path, credentials, a wildcard, or `ws:`.
 * @see RFC 6454, section 6.2
 */
export function readOrigin(text: string): string | undefined {
  if (text === 'null' || text === 'file://') return text;
  const [, scheme = ''] = /^([a-z][a-z\d+.-]*):\/\/[^\s/?#\\@*]+$/i.exec(text) ?? [];
  if (scheme === '' || /^(wss?|ftp|file)$/i.test(scheme) || !URL.canParse(text)) return undefined;
  const { protocol, host, origin } = new URL(text);
  return /^https?:$/.test(protocol) ? origin : `${protocol}//${host.toLowerCase()}`;
}

/** Whether an origin, as it was sent, is on a list of them as `readOrigin` spells them, or all are. */
export function isListed(origins: readonly string[], origin: string): boolean {
  return origins.includes(anyOrigin) || origins.includes(readOrigin(origin) ?? '');
}

/** What an owner writes who lets pages of all origins in. */
export const anyOrigin = '*';

/** What is said of a text that is no origin. */
export const noOrigin =
  'must be an origin as browsers send it, as https://app.example or capacitor://localhost: no path, no slash at the end, no wildcard';
