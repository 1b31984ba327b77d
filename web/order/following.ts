import { signal } from '@preact/signals';
import { browserSurroundings } from '../connection/browser.ts';
import { type Connection, connect } from '../connection/connect.ts';
import {
  type CustomerInput,
  type CustomerOperation,
  type CustomerStream,
  newCustomerStream,
} from '../connection/customer-state.ts';
import { customerStreamDueAt, reduceCustomerStream } from '../connection/customer-stream.ts';
import { say } from '../shared/language.ts';
import { toast } from '../shared/toast.tsx';
import { uuid } from '../shared/uuid.ts';
import { updateOrder } from './my-orders.ts';
import { texts } from './texts.ts';

/** The stream of the orders that are followed. */
export const following = signal<CustomerStream>(newCustomerStream());

let connection: Connection<CustomerStream, CustomerInput> | undefined;

/** Follows an order until it cannot change any more. */
export function follow(webSocketUrl: string, order: string, token: string): void {
  connection ??= connect<CustomerStream, CustomerInput, Parameters<typeof heed>[0]>(
    { reduce: reduceCustomerStream, dueAt: customerStreamDueAt },
    newCustomerStream(),
    browserSurroundings(webSocketUrl),
    {
      onState: state => {
        following.value = state;
      },
      onEffect: heed,
    },
  );
  connection.put({ type: 'follow', order, token });
}

/** Cancels an order, or reminds the shop; once, however often the network fails. */
export function command(operation: CustomerOperation): void {
  connection?.put({ type: 'command', id: uuid(), operation });
}

/** A person wants to try again. */
export function followAgain(): void {
  connection?.put({ type: 'connect' });
}

function heed(
  effect: Extract<ReturnType<typeof reduceCustomerStream>['effects'][number], { type: 'order' | 'result' }>,
) {
  if (effect.type === 'order') {
    updateOrder(effect.order);
    return;
  }
  const { operation, result } = effect;
  if (operation.op === 'remind')
    toast(
      say(result.ok ? texts.reminded : result.error.code === 'rate_limited' ? texts.remindedTooSoon : texts.notDone),
    );
  else if (!result.ok) toast(say(texts.tooLateToCancel));
}
