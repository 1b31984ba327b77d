import * as v from 'valibot';
import { Refusal } from '../refusal.ts';
import { parseShape } from '../shape.ts';
import { text } from '../text.ts';
import { type ChatClientFrame, MAX_MESSAGE_CHARACTERS, MAX_PASS_CHARACTERS } from './frames.ts';

const message = text(1, MAX_MESSAGE_CHARACTERS);

const frames = v.variant('action', [
  v.strictObject({ action: v.literal('join'), pass: v.exactOptional(text(1, MAX_PASS_CHARACTERS)) }),
  v.strictObject({
    action: v.literal('sendmessage'),
    data: message,
    to: v.exactOptional(
      v.pipe(
        v.string(),
        v.regex(/^[A-Za-z]{4}$/, 'must be four letters'),
        v.transform(name => name.toUpperCase()),
      ),
    ),
  }),
]);

/**
 * Reads a frame of a client. Only an object with one of the two actions is more than a message.
 * @throws Refusal `invalid_request`
 */
export function parseChatClientFrame(frame: string | undefined): ChatClientFrame {
  if (frame === undefined) throw new Refusal('invalid_request', 'binary frames are not part of this protocol');
  try {
    const action = actionOf(frame);
    return action === undefined
      ? { action: 'sendmessage', data: parseShape(message, frame) }
      : parseShape(frames, action);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const [field] = error.fields ?? [];
    const detail = field === undefined ? error.message : `${field.path || 'a message'} ${field.message}`;
    throw new Refusal('invalid_request', detail, { cause: error });
  }
}

function actionOf(frame: string): object | undefined {
  if (!frame.trimStart().startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return undefined;
  }
  const isAction =
    typeof value === 'object' &&
    value !== null &&
    'action' in value &&
    (value.action === 'join' || value.action === 'sendmessage');
  return isAction ? (value as object) : undefined;
}
