import { backplane } from './backplane.ts';
import { chat } from './chat.ts';
import { childArgument, endWithParent, say } from './child.ts';
import { coldStart } from './cold-start.ts';
import { connections } from './connections.ts';
import { frames } from './frames.ts';
import { growth } from './growth.ts';
import { orders } from './orders.ts';
import { stopAll } from './process.ts';
import { push } from './push.ts';
import type { Row } from './row.ts';

/** How thorough to be. */
export interface SectionOptions {
  /** Every figure is the median of so many. */
  rounds: number;
  /** Sizes that take minutes to fill in. */
  full: boolean;
}

/** A part of the benchmark. It reports every figure as soon as it has it. */
export type Section = (options: SectionOptions, report: (row: Row) => void) => Promise<void>;

/** What `section.ts` is started with. */
export interface SectionArgument extends SectionOptions {
  name: string;
}

// One section, in a process of its own: the load generator of everything that it measures.
const sections: Record<string, Section> = {
  push,
  backplane,
  connections,
  frames,
  orders,
  chat,
  growth,
  'cold-start': coldStart,
};

const { name, ...options } = childArgument<SectionArgument>();
endWithParent(stopAll);
const section = sections[name];
if (section === undefined) throw new Error(`there is no section ${name}`);
say({ ready: null });
try {
  await section(options, row => say({ tell: row }));
} finally {
  await stopAll();
}
process.disconnect?.();
process.exit(0);
