import type { Socket } from '../../web/connection/connect.ts';
import type { Functions, PushNow } from './functions.ts';
import type { Random } from './random.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { Weather } from './weather.ts';

/** The gateway and the network on both of its sides. */
export interface Network {
  /** The client's end of a new connection. */
  openSocket(owner: string): Socket;
  push: PushNow;
  /** Cuts the owner's connection: both ends notice, or only the client, or neither of them for a while. */
  cut(owner: string, how: 'noticed' | 'by client' | 'by nobody'): void;
  /** The gateway dies: every connection is gone, and no cleanup is called. */
  restart(): void;
  /** Ids of the connections that are open at the gateway, by owner. */
  open(): Map<string, string>;
}

/** What the network lives with. `functions` is asked for late, because functions push through the network. */
export interface NetworkWorld {
  time: VirtualTime;
  random: Random;
  weather(): Weather;
  functions(): Functions;
  /**
   * Our gateway handles the frames of one connection one after another, and shows that the link is alive; others handle
   * them as they come, and a page has to ask.
   */
  isOurGateway: boolean;
  /** Sees every frame that arrives at a client. */
  onDelivered(owner: string, text: string): void;
  /** Hears of what must never be. */
  complain(problem: string): void;
  trace(line: () => string): void;
}

/** A connection. The two ends may think differently about it. */
interface Line {
  readonly id: string;
  readonly owner: string;
  readonly socket: Socket;
  readonly since: number;
  /** Nothing arrives any more in either direction, whatever the ends think. */
  isDead: boolean;
  isOpenAtClient: boolean;
  lastArrivalAt: number;
  /** When the gateway last sent something. */
  sentAt: number;
  queue: Promise<unknown>;
}

/** Our gateway sends a protocol ping every 15 s, and the second one that is not answered ends the connection. */
const HALF_OPEN_MS = 30_000;
const ALIVE_SECONDS = 15;
const aliveFrame = JSON.stringify({ type: 'alive', everySeconds: ALIVE_SECONDS });

/** Builds a gateway without connections. */
export function network(world: NetworkWorld): Network {
  const { time, random, weather, functions, trace } = world;
  /** As the gateway sees it. */
  const lines = new Map<string, Line>();
  const current = new Map<string, Line>();
  let count = 0;

  function openSocket(owner: string): Socket {
    count += 1;
    const line: Line = {
      id: `c${count}-${owner}`,
      owner,
      socket: { onopen: null, onmessage: null, onclose: null, onerror: null, send: text => sent(line, text), close },
      since: time.now(),
      isDead: false,
      isOpenAtClient: false,
      lastArrivalAt: 0,
      sentAt: time.now(),
      queue: Promise.resolve(),
    };
    current.set(owner, line);
    time.later(2, () => void handshake(line));
    function close() {
      line.isOpenAtClient = false;
      line.isDead = true;
      time.later(2, () => closing(line));
    }
    return line.socket;
  }

  async function handshake(line: Line): Promise<void> {
    const isAstray = random.chance(weather().registerAstray);
    if (isAstray && random.chance(0.5))
      time.later(random.below(15_000), () => void functions().register(line.id), 'hasty');
    if (!isAstray) {
      const ending = await functions().register(line.id);
      if (ending.type !== 'answered' || !ending.answer.accepted || line.isDead) {
        lines.set(line.id, line);
        closing(line);
        closedAtClient(line);
        return;
      }
    }
    if (line.isDead) return;
    lines.set(line.id, line);
    line.isOpenAtClient = true;
    trace(() => `${line.id} is open${isAstray ? ', its connecting event astray' : ''}`);
    line.socket.onopen?.(undefined as never);
    if (world.isOurGateway) showAlive(line, line.since);
  }

  /** An alive frame after the first 15 s, and then whenever nothing else was sent for so long. */
  function showAlive(line: Line, from = time.now()): void {
    time.later(from + ALIVE_SECONDS * 1_000 - time.now(), () => {
      if (!lines.has(line.id)) return;
      if (from === line.since || time.now() - line.sentAt >= ALIVE_SECONDS * 1_000) {
        line.sentAt = time.now();
        time.later(1, () => deliver(line, aliveFrame), 'hasty');
      }
      showAlive(line, line.sentAt);
    });
  }

  function sent(line: Line, text: string): void {
    if (line.isDead) return;
    trace(() => `${line.id} → ${text}`);
    // A socket keeps the order of what is sent.
    line.lastArrivalAt = Math.max(line.lastArrivalAt, time.now() + 1 + random.below(5));
    time.later(line.lastArrivalAt - time.now(), () => arrived(line, text));
  }

  function arrived(line: Line, text: string): void {
    if (!lines.has(line.id) || line.isDead || random.chance(weather().callLoss)) return;
    const handle = async () => {
      const call = () => functions().transport(line.id, text);
      const endings = random.chance(weather().callRepeat) ? await Promise.all([call(), call()]) : [await call()];
      for (const ending of endings) if (ending.type === 'threw') world.complain(`transport threw ${ending.error}`);
      // The gateway closes a client whose call failed; other platforms only lose the call.
      if (endings.some(({ type }) => type !== 'answered') && random.chance(0.7)) closeAll(line);
    };
    if (world.isOurGateway) line.queue = line.queue.then(handle);
    else void handle();
    time.stir();
  }

  /** The gateway's end is closed, and cleanup is called after the frames that had come in. */
  function closing(line: Line): void {
    if (!lines.delete(line.id)) return;
    const isAstray = random.chance(weather().closingAstray);
    const times = !isAstray ? 1 : random.chance(0.5) ? 0 : 2;
    for (let time_ = 0; time_ < times; time_++) {
      line.queue = line.queue.then(() => functions().cleanup(line.id));
    }
    time.stir();
  }

  function closeAll(line: Line): void {
    closing(line);
    time.later(5, () => closedAtClient(line));
  }

  function closedAtClient(line: Line): void {
    line.isDead = true;
    line.isOpenAtClient = false;
    line.socket.onclose?.({ code: 1006 } as never);
  }

  function deliver(line: Line, text: string): void {
    if (line.isDead || !line.isOpenAtClient) return;
    trace(() => `${line.id} ← ${text}`);
    world.onDelivered(line.owner, text);
    line.socket.onmessage?.({ data: text } as never);
  }

  return {
    openSocket,
    push: {
      send(id, text) {
        const line = lines.get(id);
        if (line === undefined) return 'gone';
        const { goneWhenYoung, pushLoss, pushRepeat, pushDelayMs, pushUnknown } = weather();
        line.sentAt = time.now();
        if (time.now() - line.since < 4_000 && random.chance(goneWhenYoung)) return 'gone';
        for (let copies = random.chance(pushRepeat) ? 3 : 1; copies > 0; copies--) {
          if (random.chance(pushLoss)) trace(() => `${id} ← lost: ${text}`);
          else time.later(1 + random.below(pushDelayMs), () => deliver(line, text), 'hasty');
        }
        return random.chance(pushUnknown) ? 'unknown' : 'sent';
      },
      close(id) {
        const line = lines.get(id);
        if (line === undefined) return 'gone';
        closeAll(line);
        return 'sent';
      },
    },
    cut(owner, how) {
      const line = current.get(owner);
      if (line === undefined || line.isDead) return;
      trace(() => `${line.id} is cut, noticed: ${how}`);
      line.isDead = true;
      time.later(how === 'noticed' ? 2 : random.below(HALF_OPEN_MS), () => closing(line), 'hasty');
      if (how !== 'by nobody') time.later(2, () => closedAtClient(line));
    },
    restart() {
      trace(() => 'the gateway dies and comes back');
      for (const line of lines.values()) {
        line.isDead = true;
        if (random.chance(0.9)) time.later(2, () => closedAtClient(line));
      }
      lines.clear();
    },
    open: () => new Map([...lines.values()].filter(({ isDead }) => !isDead).map(({ id, owner }) => [owner, id])),
  };
}
