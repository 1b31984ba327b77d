import type { KeyRole, Operation } from './frames.ts';

/** A manager may do everything that a shop may. */
export const KEY_ROLES: readonly KeyRole[] = ['manager', 'staff', 'display'];

/** Who asks for something: one of a shop's roles, or a customer. */
export type Asker = KeyRole | 'customer';

const managers: readonly Asker[] = ['manager'];
const staff: readonly Asker[] = ['manager', 'staff'];
const everyScreen: readonly Asker[] = KEY_ROLES;

/** Who may run each command. This is the only place that says so: a command that is not here cannot be written. */
const ASKERS: Readonly<Record<Operation['op'], readonly Asker[]>> = {
  accept: staff,
  reject: staff,
  ready: everyScreen,
  complete: staff,
  cancel: [...staff, 'customer'],
  remind: ['customer'],
  claim_print: staff,
  list_orders: staff,
  set_dish: staff,
  set_choice: staff,
  set_busy: staff,
  set_open: managers,
  pause: managers,
  set_auto_accept: managers,
  set_prep: managers,
  set_hours: managers,
  set_fulfilment: managers,
  set_discounts: managers,
  set_later: managers,
  set_about: managers,
  put_dish: managers,
  replace_menu: managers,
  remove_dish: managers,
  order_dishes: managers,
  move_dish: managers,
  move_category: managers,
  rename_category: managers,
  report: managers,
  make_key: managers,
  revoke_key: managers,
  list_keys: managers,
};

/** Whether somebody may run a command. */
export function mayRun(asker: Asker, op: Operation['op']): boolean {
  return ASKERS[op].includes(asker);
}
