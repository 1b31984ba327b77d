import { emptyRoom, memoryRoom, type RoomMemory } from '../../../db/connections/memory.ts';
import { chatLeaseSeconds } from '../environment.ts';

const key = Symbol.for('websocket-order.chat');
const holder = globalThis as { [key]?: RoomMemory };
// Register, transport and cleanup are bundled apart, and run in one process.
holder[key] ??= emptyRoom();

/** The chat room in the memory of this process. */
export const room = memoryRoom(holder[key], { leaseSeconds: chatLeaseSeconds() });
