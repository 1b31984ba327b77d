import { signal } from '@preact/signals';
import { browserSurroundings } from '../../connection/browser.ts';
import { type Connection, connect } from '../../connection/connect.ts';
import {
  type CustomerInput,
  type CustomerOperation,
  type CustomerStream,
  newCustomerStream,
} from '../../connection/customer/state.ts';
import { customerMachine, type reduceCustomerStream } from '../../connection/customer/stream.ts';
import { say } from '../../shared/language.ts';
import { showMessage } from '../../shared/message.tsx';
import { uuid } from '../../shared/uuid.ts';
import { texts } from '../texts.ts';
import { myOrders, updateOrder } from './my-orders.ts';
import { expectStatus, noteOrder } from './news.ts';

/** The stream of the orders that are followed. */
export const following = signal<CustomerStream>(newCustomerStream());

let connection: Connection<CustomerStream, CustomerInput> | undefined;

/** Follows an order until its status is final. */
export function follow(webSocketUrl: string, order: string, token: string): void {
  connection ??= connect<CustomerStream, CustomerInput, Parameters<typeof handleEffect>[0]>(
    customerMachine,
    newCustomerStream(),
    browserSurroundings(webSocketUrl),
    {
      onState: state => {
        following.value = state;
      },
      onEffect: handleEffect,
    },
  );
  connection.put({ type: 'follow', order, token });
}

/** Sends a cancellation or a reminder; it is carried out once, however often the network fails. */
export function command(operation: CustomerOperation): void {
  if (operation.op === 'cancel') expectStatus(operation.order, 'cancelled');
  connection?.put({ type: 'command', id: uuid(), operation });
}

/** Connects again, because a person asked for it. */
export function followAgain(): void {
  connection?.put({ type: 'connect' });
}

function handleEffect(
  effect: Extract<ReturnType<typeof reduceCustomerStream>['effects'][number], { type: 'order' | 'result' }>,
) {
  if (effect.type === 'order') {
    noteOrder(effect.order, myOrders.value.find(({ order }) => order.id === effect.order.id)?.order.status);
    updateOrder(effect.order);
    return;
  }
  const { operation, result } = effect;
  if (operation.op === 'remind')
    showMessage(
      operation.order,
      say(result.ok ? texts.reminded : result.error.code === 'rate_limited' ? texts.remindedTooSoon : texts.notDone),
    );
  else if (!result.ok && 'order' in operation)
    showMessage(operation.order, say(isOurFault(result.error.code) ? texts.notTaken : texts.tooLateToCancel));
}

/** The command was dropped: no server has looked at what it asks for. */
function isOurFault(code: string): boolean {
  return code === 'protocol_error' || code === 'too_large';
}
