import { backplane } from './backplane.ts';
import { chat } from './chat.ts';
import { childArgument, endWithParent, say } from './child.ts';
import { coldStart } from './cold-start.ts';
import { connections } from './connections.ts';
import { floods } from './floods.ts';
import { frames } from './frames.ts';
import { growth } from './growth.ts';
import { orders } from './orders.ts';
import { stopAll } from './process.ts';
import { push } from './push.ts';
import type { Section, SectionArgument } from './row.ts';
import { timer } from './timer.ts';

// One section, in a process of its own: the load generator of everything that it measures.
const sections: Record<string, Section> = {
  push,
  backplane,
  connections,
  frames,
  orders,
  chat,
  growth,
  timer,
  floods,
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
