import { DeployError } from './failures.ts';
import { lookUntil } from './patience.ts';

const longestMs = 20_000;

/** The first answer below 500, else the last one. */
export async function fetchPatiently(url: string, withinMs = longestMs): Promise<Response> {
  let last: Response | Error | undefined;
  const look = async () => {
    if (last instanceof Response) await last.text();
    last = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(longestMs) }).catch(
      (error: Error) => error,
    );
    return last instanceof Response && last.status < 500 ? last : undefined;
  };
  const answer = await lookUntil(look, { patienceMs: withinMs, pollMs: 500 });
  if (answer !== undefined) return answer;
  if (last instanceof Response) return last;
  throw new DeployError(
    `self-check: ${url} cannot be reached: ${causeOf(last)}\n  what to do: see that its name leads there (a custom domain: bound, DNS, certificate) and that this machine may go there; then deploy again`,
  );
}

function causeOf(error: unknown): string {
  const { cause, message } = error as Error & { cause?: Error };
  return cause?.message ?? message;
}
