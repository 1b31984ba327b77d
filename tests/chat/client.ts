import type { ChatServerFrame, MessageFrame, PresenceFrame } from '../../functions/domain/chat-frames.ts';
import { connect } from '../apigateway/client.ts';
import { until } from '../apigateway/world.ts';

/** Somebody in the chat. */
export interface ChatClient {
  frames: ChatServerFrame[];
  messages(): MessageFrame[];
  /** Sends a frame as it is; an object as JSON. */
  send(frame: string | Buffer | object): void;
  /** Joins and returns the answer: the presence that says who this is. */
  join(): Promise<PresenceFrame & { you: string }>;
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
    async join() {
      self.send({ action: 'join' });
      return (await self.next('presence', ({ you }) => you !== undefined)) as PresenceFrame & { you: string };
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
