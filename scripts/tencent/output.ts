import type { Site } from './cloud.ts';
import type { Progress, Utilities } from './service/serverless.ts';

/** How a command tells what it does. Secrets that it knows of are hidden in all of it. */
export interface Output {
  /** What is being done now: on a terminal a line that changes. */
  doing(text: string): void;
  /** Something that was done or found; stderr. */
  line(text: string): void;
  /** As `line`, and counts as a change of the cloud. */
  changed(text: string): void;
  warn(text: string): void;
  /** The answer to the command; stdout. */
  answer(text: string): void;
  /** Values never to be shown. */
  hide(secrets: string[]): void;
  /** A text without the hidden values. */
  clean(text: string): string;
  readonly changes: number;
  /** Takes the changing line away. */
  end(): void;
}

/** Speaks through what `sls` gives its plugins. */
export function createOutput({ log, progress, writeText }: Utilities, site: Site = 'china'): Output {
  const hidden = new Set<string>();
  let changes = 0;
  let running: Progress | undefined;
  const clean = (text: string) =>
    [...hidden].reduce((cleaned, secret) => cleaned.replaceAll(secret, '********'), linksFor(site, text));
  return {
    doing(text) {
      if (running === undefined) running = progress.create({ message: clean(text) });
      else running.update(clean(text));
    },
    line: text => log.notice(clean(text)),
    changed(text) {
      changes++;
      log.notice(clean(text));
    },
    warn: text => log.warning(clean(text)),
    answer: text => writeText(text),
    hide(secrets) {
      // A short value would hide parts of ordinary words.
      for (const secret of secrets) if (secret.length >= 8) hidden.add(secret);
    },
    clean,
    get changes() {
      return changes;
    },
    end() {
      running?.remove();
      running = undefined;
    },
  };
}

/** Messages name the consoles of cloud.tencent.com; accounts of the other site have others of the same paths. */
function linksFor(site: Site, text: string): string {
  return site === 'intl' ? text.replaceAll('console.cloud.tencent.com', 'console.tencentcloud.com') : text;
}
