import { setTimeout as sleep } from 'node:timers/promises';
import type { Hours, KeyRole, Operation, ResultFrame } from '../../functions/domain/frames.ts';
import { pick } from '../../tests/support/random.ts';
import type { Deed, RevokedScreen } from '../../tests/support/trial/history.ts';
import type { Screen } from '../../tests/support/trial/screen.ts';
import type { Trial } from '../../tests/support/trial/trial.ts';
import { until } from '../../tests/support/until.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** The people of the shops: they work on orders, sell out, open and close, hand out keys and take them back. */
export interface People {
  deeds: Deed[];
  /** Ends what they do; what is under way comes to its end first. */
  stop(): Promise<void>;
  /** The screens whose keys were revoked, once everything is healed. */
  revoked(): Promise<RevokedScreen[]>;
}

/** Lets them begin: each shop has one who works; the fourth has changing hours, the third keys that come and go. */
export function startPeople(trial: Trial, random: () => number, ending: AbortSignal): People {
  const deeds: Deed[] = [];
  const lost: { screen: Screen; at: number }[] = [];
  let isStopped = false;

  async function act(screen: Screen, role: KeyRole, operation: Operation): Promise<ResultFrame | undefined> {
    const sentAt = Date.now();
    const aborted = new Promise<undefined>(resolve => {
      if (ending.aborted) resolve(undefined);
      ending.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const result = await Promise.race([screen.command(operation), aborted]);
    if (result === undefined) return undefined;
    const outcome = result.ok ? 'ok' : result.error.code;
    deeds.push({ shop: screen.log.shop, role, operation, sentAt, answeredAt: Date.now(), outcome });
    return result;
  }

  /** Does something again and again, with pauses of about so long. */
  async function forEver(pauseMs: number, work: () => Promise<unknown>): Promise<void> {
    while (!isStopped && !ending.aborted) {
      await work();
      await sleep(pauseMs * (0.5 + random()), undefined, { signal: ending }).catch(() => {});
    }
  }

  async function handOutKey(manager: Screen): Promise<void> {
    const role = pick<KeyRole>(['staff', 'display'], random);
    const made = await act(manager, 'manager', { op: 'make_key', name: `a ${role}`, role });
    if (!made?.ok || made.key === undefined || made.keyId === undefined) return;
    const screen = trial.openScreen(manager.log.shop, made.key);
    for (let turn = 0; turn < 3; turn++) {
      for (const operation of [...orderStep(screen, random), ...beyond]) await act(screen, role, operation);
    }
    // From here on it need not come to the head.
    screen.log.isLive = false;
    await act(manager, 'manager', { op: 'revoke_key', keyId: made.keyId });
    lost.push({ screen, at: Date.now() });
  }

  const keepers = trial.shops.flatMap(shop => trial.screens.find(({ log }) => log.shop === shop) ?? []);
  const [, , handingOut, withHours] = keepers;
  const all = [
    ...keepers.map(screen =>
      forEver(400, async () => {
        for (const operation of deedOf(screen, random)) await act(screen, 'manager', operation);
      }),
    ),
    ...(withHours === undefined ? [] : [forEver(15_000, () => act(withHours, 'manager', hoursByChance(random)))]),
    ...(handingOut === undefined ? [] : [forEver(3_000, () => handOutKey(handingOut))]),
  ];

  return {
    deeds,
    async stop() {
      isStopped = true;
      await Promise.all(all);
    },
    async revoked() {
      for (const { screen } of lost) screen.wake();
      const hasStopped = ({ screen }: { screen: Screen }) => screen.state().link.phase === 'stopped';
      await until('those without a key have stopped', () => lost.every(hasStopped), 30_000).catch(() => {});
      return lost.map(({ screen, at }) => ({ log: screen.log, at, stoppedBy: stopReasonOf(screen) }));
    },
  };
}

function stopReasonOf(screen: Screen): string | undefined {
  const { phase, stoppedBy } = screen.state().link;
  return phase === 'stopped' ? stoppedBy : undefined;
}

/** What only a manager may do; staff and displays ask for it too. */
const beyond: Operation[] = [
  { op: 'set_prep', prepMinutes: 20 },
  { op: 'set_open', open: true },
];

/** What a shop does next: something with an order, mostly, or a dish or a choice is sold out, or there again. */
function deedOf(screen: Screen, random: () => number): Operation[] {
  const chance = random();
  const available = random() < 0.7;
  if (chance < 0.15) return [{ op: 'set_choice', dish: 'noodles', option: 'topping', choice: 'egg', available }];
  if (chance < 0.25) return [{ op: 'set_dish', dish: 'egg', available }];
  return orderStep(screen, random);
}

function orderStep(screen: Screen, random: () => number): Operation[] {
  const orders = [...screen.state().orders.values()].filter(({ status }) =>
    ['placed', 'accepted', 'ready'].includes(status),
  );
  if (orders.length === 0) return [];
  const { id: order, version, status } = pick(orders, random);
  if (status === 'placed' && random() < 0.3) return [{ op: 'reject', order, version, reason: 'too_busy' }];
  if (status === 'placed') return [{ op: 'accept', order, version }];
  return [{ op: status === 'accepted' ? 'ready' : 'complete', order, version }];
}

/** Open at every hour, closed today, or opening or closing with one of the next minutes. */
function hoursByChance(random: () => number): Operation {
  const now = Date.now();
  const date = new Date(now).toISOString().slice(0, 10);
  const edge = new Date(now + (random() < 0.5 ? 1 : 2) * MINUTE_MS).toISOString();
  const time = edge.slice(11, 16);
  const isToday = edge.startsWith(date) && time !== '00:00';
  const periods = pick<Hours['week'][number] | null>(
    [null, [], ...(isToday ? [[{ from: time, to: '00:00' }], [{ from: '00:00', to: time }]] : [])],
    random,
  );
  const yesterday = new Date(now - DAY_MS).toISOString().slice(0, 10);
  const exceptions =
    periods === null
      ? []
      : [
          { date: yesterday, periods: [] },
          { date, periods },
        ];
  return { op: 'set_hours', hours: { week: [[], [], [], [], [], [], []], exceptions } };
}
