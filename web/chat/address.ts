/**
 * Where the chat is: `chat` of `config.json`, which lies beside the page; without it, or when it is empty, `/chat` of the
 * page's own origin.
 */
export async function loadChatAddress(): Promise<string> {
  let config: unknown;
  try {
    const response = await fetch('config.json', { cache: 'no-cache', signal: AbortSignal.timeout(5_000) });
    if (response.ok) config = await response.json();
  } catch {
    // As without the file.
  }
  return readChatAddress(config, location.href);
}

/** The same of a `config.json` that has been read. */
export function readChatAddress(config: unknown, pageUrl: string): string {
  const given = typeof config === 'object' && config !== null && 'chat' in config ? config.chat : undefined;
  const address = new URL(typeof given === 'string' && given.trim() !== '' ? given.trim() : '/chat', pageUrl);
  address.protocol = address.protocol.replace(/^http/, 'ws');
  return address.href;
}
