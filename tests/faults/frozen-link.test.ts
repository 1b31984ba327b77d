import { setTimeout as sleep } from 'node:timers/promises';
import type { Operation, Order } from '../../functions/domain/frames.ts';
import type { Session } from '../../web/connection/session.ts';
import { type BreakableSystem, menu, startBreakableSystem } from '../support/trial/breakable-system.ts';
import { type Front, placeOrder } from '../support/trial/customer.ts';
import { expectWhole } from '../support/trial/expect-whole.ts';
import { type FreezingProxy, startFreezingProxy, type Way } from '../support/trial/freezing-proxy.ts';
import { linkSettings } from '../support/trial/link-settings.ts';
import { passTime } from '../support/trial/pass-time.ts';
import { openScreen, type Screen } from '../support/trial/screen.ts';
import { startTrial, type Trial } from '../support/trial/trial.ts';
import { until } from '../support/until.ts';
import { openFollower } from './follower.ts';
import { startWebhook } from './webhook.ts';

/** The clocks of the clients run so many times faster than ours; the gateway pings and shows itself as much more often. */
const HURRY = 5;
/** What a machine that is busy with every life at once may add, in seconds of the clients' clocks. */
const MARGIN_SECONDS = 20;

/** So many lives go on side by side: clients in such a hurry, all at once, would leave a busy machine no time to answer. */
const AT_ONCE = 17;

/** The product's own times are what is tested. */
const { pingSeconds, aliveFrame } = linkSettings();

let world: BreakableSystem;
let trial: Trial;
const lives = new Map<Life, Promise<void>>();

beforeAll(async () => {
  world = await startBreakableSystem({
    gateway: { pingSeconds: pingSeconds / HURRY },
    aliveFrame: { ...aliveFrame, everySeconds: aliveFrame.everySeconds / HURRY },
  });
  trial = await startTrial(world, { shops: everyLife.length, screensPerShop: 0 });
  const lanes: Promise<void>[] = Array(AT_ONCE).fill(Promise.resolve());
  everyLife.forEach((life, index) => {
    const lived = lanes[index % AT_ONCE]?.then(() => live(life, trial.shops[index] ?? '')) ?? Promise.resolve();
    lanes[index % AT_ONCE] = lived.catch(() => {}); // its own test waits for it
    lives.set(life, lived);
  });
});
afterAll(() => world?.end());

/** What freezes, and just when what happens. */
interface Life {
  link: 'screen' | 'customer';
  way: Way;
  when: string;
}

const ways = ['up', 'down', 'both'] as const;
const screenMoments = [
  'it connects',
  'it says hello',
  'it is welcomed',
  'the order is placed',
  'the order is pushed',
  'the order is shown',
  'the order is accepted',
  'the order is ready',
  'the order is completed',
  'all is done',
];
const customerMoments = [
  'the order is placed',
  'it connects',
  'it says hello',
  'it is welcomed',
  'the order is accepted',
  'the order is ready',
  'the order is completed',
];
const everyLife: Life[] = [
  ...screenMoments.flatMap(when => ways.map(way => ({ link: 'screen' as const, way, when }))),
  ...customerMoments.flatMap(when => ways.map(way => ({ link: 'customer' as const, way, when }))),
];

test.each(
  everyLife,
)('9.3 F53: the $link’s link is frozen ($way) when $when: it says so, comes back by itself, and the order comes to its end', async life => {
  await lives.get(life);
});

test('9.3 F53: in all these lives nothing was lost and nothing came twice', async () => {
  await Promise.allSettled(lives.values());
  const { orders } = await expectWhole(trial);
  expect(orders).toBe(everyLife.length);
});

test('9.3 F53: what a frozen link kept comes once when it thaws before anybody has noticed', async () => {
  const thawing = await startTrial(world, { screensPerShop: 0 });
  const [shop = ''] = thawing.shops;
  const link = await startFreezingProxy(gatewayPort());
  const screen = openHurried(thawing, shop, link);
  await until('it is there', () => isSettled(screen.state()));
  const { liveSince } = screen.state().link;
  link.freeze('both');
  await thawing.place({ shop });
  expect(screen.state().orders.size).toBe(0);
  link.thaw();
  await until('it is shown', () => screen.state().orders.size === 1);
  expect(screen.state().link.liveSince).toBe(liveSince);
  await expectWhole(thawing);
  await link.close();
});

test.each(
  ways,
)('9.3 F53: an order that comes while the link is frozen (%s) is told to the shop’s webhook in time', async way => {
  const { setting: webhook, calls, close } = await startWebhook();
  const alone = await startTrial(world, { screensPerShop: 0 });
  const [shop = ''] = alone.shops;
  const link = await startFreezingProxy(gatewayPort());
  const screen = openHurried(alone, shop, link);
  await world.init({ shops: [{ id: shop, name: shop, currency: 'CNY', webhook, dishes: menu }] });
  await until('it is there', () => isSettled(screen.state()));
  link.freeze(way);
  await seenFromOutside(shop, 'offline', within(60));
  const placement = await alone.place({ shop });
  await passTime(world.postgres.pool, [shop], 60);
  await world.stream.call('redeliver', {});
  expect(calls).toEqual([]);
  await passTime(world.postgres.pool, [shop], 10);
  await until('the shop is called', () => calls.length > 0, 5_000);
  link.abandon();
  await until('it is back', () => isSettled(screen.state()), 20_000);
  await expectWhole(alone);
  expect(calls).toEqual([placement.type === 'placed' && placement.order.id]);
  await close();
  await link.close();
});

/** An order from its placing to its end, with one freeze on the way. */
async function live({ link, way, when }: Life, shop: string): Promise<void> {
  const links = { screen: await startFreezingProxy(gatewayPort()), customer: await startFreezingProxy(gatewayPort()) };
  world.ending.addEventListener('abort', () => void links.customer.close());
  let recovered: Promise<void> | undefined;
  let recover = async () => {};

  /** Something is about to happen, or happening: here the link is frozen if it is to be here. */
  function reach(whose: Life['link'], what: string): void {
    if (recovered !== undefined || whose !== link || what !== when) return;
    links[link].freeze(way);
    // What happens is done with first: recovering looks at what came of it.
    recovered = new Promise(resolve => setImmediate(resolve)).then(() => recover());
    recovered.catch(() => {}); // it is waited for at the end
  }
  const reachPhases = (whose: Life['link']) => (state: Session) => {
    const { phase } = state.link;
    if (phase === 'connecting') reach(whose, 'it connects');
    if (phase === 'greeting') reach(whose, 'it says hello');
    if (phase === 'live') reach(whose, 'it is welcomed');
  };

  if (link === 'screen') recover = () => recoverScreen(() => screen, shop, links.screen, way);
  const reachOfScreen = reachPhases('screen');
  const screen = openHurried(trial, shop, links.screen, state => {
    reachOfScreen(state);
    if (state.orders.size > 0) reach('screen', 'the order is shown');
  });
  if (['it connects', 'it says hello', 'it is welcomed'].includes(when) && link === 'screen') await recovered;
  await until('the screen is there', () => isSettled(screen.state()), 60_000);

  if (link === 'customer') recover = () => recoverPlacing(shop, links.customer);
  if (when === 'the order is pushed') freezeAtPush(shop, () => reach('screen', when));
  reach('screen', 'the order is placed');
  reach('customer', 'the order is placed');
  const { order, token } = await place(shop, links.customer);

  if (link === 'customer') recover = () => recoverFollower(() => follower.state(), links.customer, way);
  const follower = openFollower({
    url: webSocketUrl(links.customer),
    order: order.id,
    token,
    random: Math.random,
    hurry: HURRY,
    onState: reachPhases('customer'),
  });
  world.ending.addEventListener('abort', follower.end);

  /** The shop takes the order one step on. */
  async function step(what: string, operation: (order: Order) => Operation): Promise<void> {
    const shown = screen.state().orders.get(order.id);
    if (shown === undefined) throw new Error('the order is not on the screen');
    reach('customer', what);
    const done = screen.command(operation(shown));
    reach('screen', what); // the command is on its way
    expect(await done).toMatchObject({ ok: true });
  }
  await until('the order is on the screen', () => screen.state().orders.has(order.id), 60_000);
  // Each news of the order is waited for, unless it cannot come.
  const isHeard = (status: Order['status']) => () =>
    follower.news.at(-1)?.status === status || links.customer.isFrozen();
  await until('the customer follows', isHeard('placed'), 60_000);
  await step('the order is accepted', ({ id, version }) => ({ op: 'accept', order: id, version }));
  await until('the customer knows', isHeard('accepted'), 60_000);
  await step('the order is ready', ({ id, version }) => ({ op: 'ready', order: id, version }));
  await until('the customer knows', isHeard('ready'), 60_000);
  await step('the order is completed', ({ id, version }) => ({ op: 'complete', order: id, version }));
  reach('screen', 'all is done');

  if (recovered === undefined) throw new Error(`never came to where ${when}`);
  await recovered;
  await until('the customer sees the end', () => follower.news.at(-1)?.status === 'completed', 60_000);
  const versions = follower.news.map(({ version }) => version);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  follower.end();
  await links.customer.close();
}

/** The screen's network stays frozen until the screen, the gateway and the customers know; then it has another one. */
async function recoverScreen(screen: () => Screen, shop: string, link: FreezingProxy, way: Way): Promise<void> {
  const state = () => screen().state();
  await Promise.all([
    until('the screen no longer says that it is connected', () => !isShownLive(state()), within(40)),
    // What the gateway sends arrives up to the time at which it cuts a client that does not answer.
    until('the screen says that nothing comes', () => state().isSilent, within(way === 'up' ? 40 + 40 : 40)),
    seenFromOutside(shop, 'offline', within(60)),
  ]);
  link.abandon();
  await until('the screen is back by itself', () => isSettled(state()), 60_000);
  expect(state().isSilent).toBe(false);
  await seenFromOutside(shop, 'online', 60_000);
}

async function recoverFollower(state: () => Session, link: FreezingProxy, way: Way): Promise<void> {
  const isOver = () => state().link.stoppedBy === 'finished';
  await until(
    'the customer’s page knows',
    () => isOver() || (way === 'up' ? !isShownLive(state()) : state().isSilent),
    within(40),
  );
  link.abandon();
  await until('it is back by itself', () => isOver() || isShownLive(state()), 60_000);
}

/** An order that got no answer goes on with the same key once there is a network again. */
async function recoverPlacing(shop: string, link: FreezingProxy): Promise<void> {
  const keys = () =>
    trial.records.flatMap(record => (record.type === 'invoke' && record.shop === shop ? [record.key] : []));
  const isUnknown = () => trial.records.some(({ type, key }) => type === 'unknown' && keys().includes(key));
  await until('a try has come to nothing', isUnknown, within(40));
  link.abandon();
}

/** What the pages show as connected. */
function isShownLive({ link }: Session): boolean {
  return link.liveSince !== undefined && link.offlineSince === undefined;
}

function isSettled(state: ReturnType<Screen['state']>): boolean {
  return isShownLive(state) && state.mode === 'log' && state.collecting === undefined;
}

/** Opens a screen behind a link of its own, with a fast clock. */
function openHurried(
  { screens, keys }: Trial,
  shop: string,
  link: FreezingProxy,
  onState?: (state: ReturnType<Screen['state']>) => void,
): Screen {
  const hurried = onState === undefined ? { hurry: HURRY } : { hurry: HURRY, onState };
  const screen = openScreen({ url: webSocketUrl(link), shop, key: keys[shop] ?? '', random: Math.random, ...hurried });
  screens.push(screen);
  world.ending.addEventListener('abort', () => {
    screen.end();
    void link.close();
  });
  return screen;
}

/** Orders through a link, with the page's patience on a fast clock. */
async function place(shop: string, link: FreezingProxy): Promise<{ order: Order; token: string }> {
  const front: Front = send => Promise.race([send(), late(15)]);
  const { records } = trial;
  const url = `http://127.0.0.1:${link.port}/bill`;
  const placement = await placeOrder({ shop }, { url, records, front, random: Math.random, ending: world.ending });
  if (placement.type === 'refused') throw new Error(placement.error.message);
  return placement;
}

function late(seconds: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error('no answer in time')), (seconds * 1_000) / HURRY).unref();
  });
}

/** The gateway has been asked to push the order, and the push waits while the link freezes. */
function freezeAtPush(shop: string, freeze: () => void): void {
  const isPlacing = ({ data }: { data: string }) => data.includes('order.placed') && data.includes(`"${shop}"`);
  void world.sendBack.trap('arrived', isPlacing).then(trapped => {
    freeze();
    trapped.release();
  });
}

/** Waits until customers who look at the shop see it so. */
async function seenFromOutside(shop: string, as: 'online' | 'offline', withinMs: number): Promise<void> {
  for (const giveUpAt = Date.now() + withinMs; ; await sleep(250)) {
    const response = await fetch(`${world.url}/get_shop_info?shop=${shop}`);
    const { shops } = await response.json();
    if (shops[0].online === (as === 'online')) return;
    if (Date.now() > giveUpAt) throw new Error(`customers do not see the shop ${as}`);
  }
}

function webSocketUrl({ port }: FreezingProxy): string {
  return `ws://127.0.0.1:${port}/pgws`;
}

function gatewayPort(): number {
  return Number(new URL(world.url).port);
}

/** What so many seconds of the clients' clocks are of ours, with the margin; milliseconds. */
function within(seconds: number): number {
  return ((seconds + MARGIN_SECONDS) * 1_000) / HURRY;
}
