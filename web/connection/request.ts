import type { HttpReply } from '../../functions/domain/answer.ts';

/** An answer with what its headers say besides. */
export interface Reply extends HttpReply {
  header(name: string): string | null;
}

/**
 * Sends a request and reads the whole answer. Rejects when there is none within `timeoutMs`, and as `fetch` does.
 * `AbortSignal.timeout` is not used, because browsers inside of other apps may not have it.
 */
export async function request(
  url: string | URL,
  init: RequestInit,
  timeoutMs: number,
  fetching: typeof fetch = (input, more) => fetch(input, more),
): Promise<Reply> {
  const abort = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('no answer in time'));
      abort.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([
      read(await Promise.race([fetching(url, { ...init, signal: abort.signal }), tooLate])),
      tooLate,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

async function read(response: Response): Promise<Reply> {
  const { status, headers } = response;
  const text = await response.text();
  return { status, contentType: headers.get('content-type'), text, header: name => headers.get(name) };
}
