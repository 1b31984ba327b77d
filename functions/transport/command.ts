import { announce, announceShop } from '../domain/announce.ts';
import type { BadCommand } from '../domain/client-frame.ts';
import { revoked, sayFarewell } from '../domain/farewell.ts';
import type { ChangeFrame, CommandFrame } from '../domain/frames.ts';
import type { RunCommand, TouchedScreen } from '../domain/ports.ts';
import { Refusal } from '../domain/refusal.ts';
import { mayRun } from '../domain/roles.ts';
import { hashOf } from '../domain/secret.ts';
import { madeKeyResult, refusedResult, resultFrame } from '../domain/server-frame.ts';
import { ackCursor, acknowledge } from './ack.ts';
import { requireBound } from './bound.ts';
import type { TransportDependencies } from './dependencies.ts';
import type { PacesOfTransport } from './paces.ts';
import { answerQuestion, isQuestion } from './question.ts';

/**
 * Does what a client asks for, once per id, tells it what became of that, and then everybody whom it concerns. Commands
 * that come faster than anybody taps are refused before the database hears of them: each is a commit, and those of orders
 * wait behind it.
 */
export async function command(
  dependencies: TransportDependencies,
  { commands, commandsOfShop }: PacesOfTransport,
  id: string,
  frame: CommandFrame | BadCommand,
): Promise<void> {
  if (!commands.take(id)) return refuseTooMany(dependencies, id, frame);
  const after = frame.type === 'command' ? frame.after : undefined;
  const touched = requireBound(
    await dependencies.subscriptions.touch(id, after === undefined ? undefined : ackCursor(after)),
  );
  if (touched.state === 'shop' && !commandsOfShop.take(touched.shop)) return refuseTooMany(dependencies, id, frame);
  if (touched.state === 'customer' && after !== undefined) {
    throw new Refusal('protocol_error', 'only a shop has something to ack');
  }
  if (touched.state === 'shop' && touched.cursor === 'beyond') {
    throw new Refusal('protocol_error', 'the ack is beyond the head of the log');
  }
  if (frame.type === 'bad_command') throw frame.refusal;

  if (!mayRun(touched.state === 'shop' ? touched.role : 'customer', frame.op)) {
    const refusal = new Refusal('forbidden', `${frame.op} is not for you to do`);
    await dependencies.push.send(id, refusedResult(frame.id, refusal));
  } else if (!isQuestion(frame)) await change(dependencies, id, touched, frame);
  else if (touched.state === 'shop') await answerQuestion(dependencies, id, touched, frame);
  if (touched.state === 'shop' && after !== undefined) await acknowledge(dependencies, id, touched, after);
}

async function refuseTooMany(
  { push, securityEvents }: TransportDependencies,
  id: string,
  frame: CommandFrame | BadCommand,
): Promise<void> {
  securityEvents.tell('too_many_commands');
  await push.send(id, refusedResult(frame.id, new Refusal('rate_limited', 'too many commands, send it again later')));
}

async function change(
  dependencies: TransportDependencies,
  id: string,
  touched: TouchedScreen | { state: 'customer' },
  frame: ChangeFrame,
): Promise<void> {
  const run =
    touched.state === 'shop'
      ? commandOfShop(dependencies, id, touched.shop, frame)
      : await commandOfCustomer(dependencies, id, frame);
  const { result, event, shopChanged } = await dependencies.commands.run(run);
  if (isLimited(result)) dependencies.securityEvents.tell('too_many_commands');
  const answer = run.key === undefined ? resultFrame(frame.id, result) : madeKeyResult(frame.id, result, run.key);
  await dependencies.push.send(id, answer);
  if (frame.op === 'revoke_key') await closeRevoked(dependencies, run.shop);
  if (event !== undefined) await announce(dependencies, event);
  if (shopChanged) await announceShop(dependencies, run.shop);
}

/** A refusal holds nothing that anybody wrote, so its code is not mistaken for a note. */
function isLimited(result: string): boolean {
  return result.includes('"rate_limited"') && !result.includes('"order"');
}

/** Whatever came of the revoking: a repetition also closes what the call before it did not come to. */
async function closeRevoked({ subscriptions, push }: TransportDependencies, shop: string): Promise<void> {
  await sayFarewell(push, await subscriptions.revokedScreens(shop), revoked());
}

/** A command to run, and the key that it makes. */
type Prepared = RunCommand & { key?: string };

function commandOfShop(
  { newKeyOf }: TransportDependencies,
  connectionId: string,
  shop: string,
  frame: ChangeFrame,
): Prepared {
  if (frame.op === 'cancel' && frame.reason === undefined) {
    throw new Refusal('invalid_request', 'the request is not valid', {
      fields: [{ path: 'reason', message: 'is missing' }],
    });
  }
  const command = { scope: shop, shop, byCustomer: false, connectionId, ...identityOf(frame) };
  if (frame.op !== 'make_key') return command;
  const key = newKeyOf(shop, frame.id);
  const keyHash = hashOf(key);
  // The key is a part of what the command is: with another secret the same id would make another one.
  const contentHash = hashOf(`${command.contentHash.toString('hex')} ${keyHash.toString('hex')}`);
  return { ...command, key, keyHash, contentHash };
}

async function commandOfCustomer(
  dependencies: TransportDependencies,
  id: string,
  frame: ChangeFrame,
): Promise<Prepared> {
  const named = 'order' in frame ? frame.order.toLowerCase() : '';
  const order = (await dependencies.subscriptions.followedBy(id)).find(({ id }) => id === named);
  if (order === undefined) throw new Refusal('not_found', 'there is no such order');
  if (order.isReadOnly) throw new Refusal('forbidden', 'this link shows the order and does nothing to it');
  return { scope: order.id, shop: order.shop, byCustomer: true, ...identityOf(frame) };
}

/** Where the device has got to is no part of what it asks for: a repetition may come with a later `after`. */
function identityOf(frame: ChangeFrame) {
  const { type: _, id, after: __, ...operation } = frame;
  const content = JSON.stringify(Object.entries(operation).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { id, contentHash: hashOf(content), operation };
}
