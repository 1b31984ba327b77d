import * as v from 'valibot';
import { day } from './day.ts';
import { type ClientFrame, MAX_FRAME_TO_SERVER_BYTES } from './frames.ts';
import { hours } from './hours.ts';
import { parseJson } from './json.ts';
import { dishCategory, dishDetails, dishId, dishName, dishPriceCents, MAX_DISHES, menuDishes } from './menu.ts';
import { optionId } from './options.ts';
import { Refusal } from './refusal.ts';
import { parseShape } from './shape.ts';
import { keyId, newKey } from './shop-key.ts';
import { about, delivery, discounts, later } from './shop-terms.ts';
import { integer, shopId, text, uuid } from './text.ts';

const seq = integer(0, Number.MAX_SAFE_INTEGER);
const version = integer(1, 2 ** 31 - 1);
const minutes = integer(1, 240);
const secret = v.pipe(v.string(), v.minLength(1), v.maxLength(200, 'must be at most 200 characters'));
const reason = v.picklist(['sold_out', 'too_busy', 'closing', 'cannot_deliver', 'customer_request', 'other']);

// An id is looked up, never stored: one that is no UUID belongs to nothing, and gets `not_found` where it is looked up.
const orderId = text(1, 64);

const cursor = { epoch: v.exactOptional(uuid), after: v.exactOptional(seq), lastId: v.exactOptional(uuid) };

const frames = v.variant(
  'type',
  [
    v.strictObject({ type: v.literal('ack'), seq }),
    v.strictObject({ type: v.literal('ping'), ...cursor }),
    v.variant('role', [
      v.strictObject({
        type: v.literal('hello'),
        role: v.literal('shop'),
        shop: shopId,
        token: secret,
        device: uuid,
        ...cursor,
      }),
      v.strictObject({ type: v.literal('hello'), role: v.literal('customer'), order: orderId, token: secret }),
      v.strictObject({ type: v.literal('hello'), role: v.literal('visitor'), shop: shopId }),
    ]),
  ],
  // The one for `type` is asked for both.
  ({ expected }) =>
    expected.includes('visitor') ? 'must be shop, customer or visitor' : 'must be hello, ack, ping or command',
);

const commandId = v.looseObject({ type: v.literal('command'), id: uuid });

const command = { type: v.literal('command'), id: uuid, after: v.exactOptional(seq) };
const change = { order: orderId, version };

const commands = v.variant('op', [
  v.strictObject({ ...command, op: v.literal('accept'), ...change, prepMinutes: v.exactOptional(minutes) }),
  v.strictObject({ ...command, op: v.literal('reject'), ...change, reason }),
  v.strictObject({ ...command, op: v.literal('ready'), ...change }),
  v.strictObject({ ...command, op: v.literal('complete'), ...change }),
  v.strictObject({ ...command, op: v.literal('cancel'), ...change, reason: v.exactOptional(reason) }),
  v.strictObject({ ...command, op: v.literal('remind'), order: orderId }),
  v.strictObject({ ...command, op: v.literal('set_open'), open: v.boolean() }),
  v.strictObject({ ...command, op: v.literal('set_dish'), dish: dishId, available: v.boolean() }),
  v.strictObject({ ...command, op: v.literal('set_auto_accept'), autoAccept: v.boolean() }),
  v.strictObject({ ...command, op: v.literal('set_prep'), prepMinutes: minutes }),
  v.strictObject({ ...command, op: v.literal('pause'), minutes: integer(1, 240) }),
  v.strictObject({ ...command, op: v.literal('set_busy'), busyMinutes: integer(0, 120) }),
  v.strictObject({ ...command, op: v.literal('set_hours'), hours }),
  v.pipe(
    v.strictObject({ ...command, op: v.literal('set_fulfilment'), pickup: v.boolean(), delivery }),
    v.check(({ pickup, delivery }) => pickup || delivery !== null, 'must offer pickup, delivery or both'),
  ),
  v.strictObject({ ...command, op: v.literal('set_discounts'), discounts }),
  v.strictObject({ ...command, op: v.literal('set_later'), later }),
  v.strictObject({ ...command, op: v.literal('set_about'), about }),
  v.strictObject({ ...command, op: v.literal('make_key'), ...newKey }),
  v.strictObject({ ...command, op: v.literal('revoke_key'), keyId }),
  v.strictObject({ ...command, op: v.literal('list_keys') }),
  v.strictObject({ ...command, op: v.literal('claim_print'), order: orderId }),
  v.strictObject({
    ...command,
    op: v.literal('put_dish'),
    dish: dishId,
    name: dishName,
    category: dishCategory,
    priceCents: dishPriceCents,
    available: v.boolean(),
    ...dishDetails,
  }),
  v.pipe(
    v.strictObject({
      ...command,
      op: v.literal('replace_menu'),
      upload: uuid,
      part: integer(1, MAX_DISHES),
      parts: integer(1, MAX_DISHES),
      dishes: menuDishes,
    }),
    v.check(({ part, parts }) => part <= parts, 'must have a part that is not beyond the last'),
  ),
  v.strictObject({
    ...command,
    op: v.literal('set_choice'),
    dish: dishId,
    option: optionId,
    choice: optionId,
    available: v.boolean(),
  }),
  v.strictObject({ ...command, op: v.literal('remove_dish'), dish: dishId }),
  v.strictObject({
    ...command,
    op: v.literal('order_dishes'),
    dishes: v.pipe(v.array(dishId), v.maxLength(MAX_DISHES, `must hold at most ${MAX_DISHES} dishes`)),
  }),
  v.strictObject({ ...command, op: v.literal('move_dish'), dish: dishId, before: v.exactOptional(dishId) }),
  v.strictObject({
    ...command,
    op: v.literal('move_category'),
    category: dishCategory,
    before: v.exactOptional(dishCategory),
  }),
  v.strictObject({ ...command, op: v.literal('rename_category'), category: dishCategory, name: dishCategory }),
  v.strictObject({ ...command, op: v.literal('report'), day: v.exactOptional(day) }),
  v.strictObject({
    ...command,
    op: v.literal('list_orders'),
    day: v.exactOptional(day),
    afterNumber: v.exactOptional(integer(0, 2 ** 31 - 1)),
  }),
]);

/** A command whose id can be answered, but not what it asks for. */
export interface BadCommand {
  type: 'bad_command';
  id: string;
  refusal: Refusal;
}

/**
 * Reads a frame of a client. A command that has an id but makes no sense is told apart, because it gets a `result`.
 * @throws Refusal `protocol_error`: what came is no frame of this protocol
 */
export function parseClientFrame(frame: string | undefined): ClientFrame | BadCommand {
  try {
    return parse(frame);
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'protocol_error') throw error;
    const [field] = error.fields ?? [];
    const detail = field === undefined ? error.message : `${field.path || 'the frame'}: ${field.message}`;
    throw new Refusal('protocol_error', `not a frame of this protocol: ${detail}`, { cause: error });
  }
}

function parse(frame: string | undefined): ClientFrame | BadCommand {
  if (frame === undefined) throw new Refusal('protocol_error', 'binary frames are not part of this protocol');
  if (Buffer.byteLength(frame) > MAX_FRAME_TO_SERVER_BYTES) {
    throw new Refusal('protocol_error', `a frame holds at most ${MAX_FRAME_TO_SERVER_BYTES} bytes`);
  }
  const value = parseJson(frame);
  const isCommand = typeof value === 'object' && value !== null && 'type' in value && value.type === 'command';
  if (!isCommand) return requireWholeCursor(parseShape(frames, value));
  const { id } = parseShape(commandId, value);
  try {
    return parseShape(commands, value);
  } catch (error) {
    if (error instanceof Refusal) return { type: 'bad_command', id, refusal: error };
    throw error;
  }
}

/** Rule 7 of the stream: `epoch` without `after`, or the reverse, says nothing. */
function requireWholeCursor(frame: ClientFrame): ClientFrame {
  if (frame.type === 'ack' || frame.type === 'command' || (frame.type === 'hello' && frame.role !== 'shop'))
    return frame;
  if ((frame.epoch === undefined) !== (frame.after === undefined)) {
    throw new Refusal('protocol_error', 'epoch and after go together');
  }
  return frame;
}
