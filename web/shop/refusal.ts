import type { Operation, WireError } from '../../functions/domain/frames.ts';
import type { ShopStream } from '../connection/shop/state.ts';
import { say, type Text } from '../shared/language.ts';
import { texts } from './texts.ts';

/** Where names of dishes and numbers of orders are looked up. */
type Known = Pick<ShopStream, 'orders' | 'shop'>;

/** Describes in a sentence why an operation was refused. */
export function describeRefusal(
  operation: Operation,
  error: Pick<WireError, 'code' | 'fields'>,
  known?: Known,
): string {
  const { code, fields = [] } = error;
  const words = sentence(operation, code);
  // What no form has found before is said as the server says it: better in its words than not at all.
  const parts = words === texts.notDone ? fields.map(({ path, message }) => `${path}: ${message}`) : [];
  return [say(words, { code, what: whatItIs(operation, known) }), ...parts].join('\n');
}

function sentence({ op }: Operation, code: string): Text {
  // Another screen has removed or renamed the dish or category.
  const isMove =
    op === 'move_dish' ||
    op === 'move_category' ||
    op === 'rename_category' ||
    op === 'order_dishes' ||
    op === 'replace_menu';
  if (isMove && (code === 'not_found' || code === 'version_conflict')) return texts.menuChanged;
  switch (code) {
    case 'menu_full':
      return texts.menuFull;
    case 'keys_full':
      return texts.keysFull;
    case 'last_manager':
      return texts.lastManager;
    case 'forbidden':
      return texts.notForThisKey;
    case 'protocol_error':
      return texts.notTaken;
    case 'too_large':
      return texts.tooLargeToSend;
    default:
      return texts.notDone;
  }
}

/** Names the operation as its button does, with the order or dish. */
function whatItIs(operation: Operation, known: Known | undefined): string {
  const word = say(words[operation.op]);
  if ('order' in operation) {
    const number = known?.orders.get(operation.order)?.number;
    return number === undefined ? word : `${word} #${number}`;
  }
  if (!('dish' in operation)) return word;
  const name = known?.shop?.dishes?.find(({ id }) => id === operation.dish)?.name;
  return name === undefined ? word : `${word}: ${name}`;
}

const words: Readonly<Record<Operation['op'], Text>> = {
  accept: texts.accept,
  reject: texts.reject,
  ready: texts.ready,
  complete: texts.complete,
  cancel: texts.cancel,
  remind: texts.remindedTimes,
  set_open: texts.openSwitch,
  pause: texts.pause,
  set_dish: texts.available,
  set_choice: texts.available,
  set_auto_accept: texts.autoAccept,
  set_prep: texts.prepTime,
  set_busy: texts.busy,
  claim_print: texts.autoPrint,
  set_hours: texts.hours,
  set_fulfilment: texts.handingOver,
  set_discounts: texts.discounts,
  set_later: texts.ordersForLater,
  set_about: texts.aboutShop,
  make_key: texts.makeKey,
  revoke_key: texts.revokeKey,
  list_keys: texts.keys,
  put_dish: texts.editDish,
  replace_menu: texts.editMenu,
  remove_dish: texts.remove,
  order_dishes: texts.editMenu,
  move_dish: texts.editMenu,
  move_category: texts.editMenu,
  rename_category: texts.rename,
  report: texts.summary,
  list_orders: texts.orders,
};
