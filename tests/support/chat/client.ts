import type { ChatServerFrame, MessageFrame, PresenceFrame } from '../../../functions/domain/chat/frames.ts';
import { connect } from '../apigateway/client.ts';
import { until } from '../until.ts';

/** Somebody in the chat. */
export interface ChatClient {
  frames: ChatServerFrame[];
  messages(): MessageFrame[];
  /** Sends a frame as it is; an object as JSON. */
  send(frame: string | Buffer | object): void;
  /**
   * Joins, with the pass of an earlier connection if there is one, and returns the presence that says who this is. As a
   * push may be lost, it asks again when it has heard nothing for five seconds, as pages do.
   */
  join(pass?: string): Promise<PresenceFrame & { you: string; pass: string }>;
  /** Waits until it is told that so many are online, and takes that frame out. It asks for itself after five seconds. */
  untilOnline(count: number): Promise<PresenceFrame>;
  /** Waits for a frame, the oldest that fits first, and takes it out. */
  next<Type extends ChatServerFrame['type']>(
    type: Type,
    fits?: (frame: Extract<ChatServerFrame, { type: Type }>) => boolean,
  ): Promise<Extract<ChatServerFrame, { type: Type }>>;
  closed: Promise<{ code: number; reason: string }>;
  isOpen(): boolean;
  close(): Promise<void>;
  /** Ends without a close frame. */
  cut(): void;
}

/** Opens a connection of the chat. */
export async function openChat(url: string): Promise<ChatClient> {
  const client = await connect(url);
  const frames: ChatServerFrame[] = [];
  client.socket.on('message', data => frames.push(JSON.parse(data.toString())));
  const self: ChatClient = {
    frames,
    messages: () => frames.filter(frame => frame.type === 'message'),
    send: frame =>
      client.socket.send(typeof frame === 'string' || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame)),
    async join(pass) {
      const ask = () => self.send({ action: 'join', ...(pass && { pass }) });
      ask();
      await asking(ask, () => frames.some(frame => frame.type === 'presence' && frame.you !== undefined));
      return (await self.next('presence', ({ you }) => you !== undefined)) as Awaited<ReturnType<ChatClient['join']>>;
    },
    async untilOnline(count) {
      await asking(
        () => self.send({ action: 'join' }),
        () => frames.some(frame => frame.type === 'presence' && frame.online === count),
      );
      return self.next('presence', ({ online }) => online === count);
    },
    async next(type, fits = () => true) {
      const index = () => frames.findIndex(frame => frame.type === type && fits(frame as never));
      await until(() => index() >= 0);
      return frames.splice(index(), 1)[0] as never;
    },
    closed: client.closed,
    isOpen: () => client.socket.readyState === client.socket.OPEN,
    async close() {
      client.socket.close();
      await client.closed;
    },
    cut: () => client.socket.terminate(),
  };
  return self;
}

async function asking(ask: () => void, isAnswered: () => boolean): Promise<void> {
  const timer = setInterval(ask, 5_000);
  await until('an answer, having asked again and again', isAnswered).finally(() => clearInterval(timer));
}
