import type { Operation } from '../../functions/domain/frames.ts';
import { type Asker, mayRun } from '../../functions/domain/roles.ts';

/** Every command there is, and who may run it: written here once more, because a wrong word there is a hole. */
const allowed: Record<Operation['op'], string> = {
  accept: 'manager staff',
  reject: 'manager staff',
  ready: 'manager staff display',
  complete: 'manager staff',
  cancel: 'manager staff customer',
  remind: 'customer',
  claim_print: 'manager staff',
  list_orders: 'manager staff',
  set_dish: 'manager staff',
  set_choice: 'manager staff',
  set_busy: 'manager staff',
  set_open: 'manager',
  pause: 'manager',
  set_auto_accept: 'manager',
  set_prep: 'manager',
  set_hours: 'manager',
  set_fulfilment: 'manager',
  set_discounts: 'manager',
  set_later: 'manager',
  set_about: 'manager',
  put_dish: 'manager',
  replace_menu: 'manager',
  remove_dish: 'manager',
  order_dishes: 'manager',
  move_dish: 'manager',
  move_category: 'manager',
  rename_category: 'manager',
  report: 'manager',
  make_key: 'manager',
  revoke_key: 'manager',
  list_keys: 'manager',
};
const askers: Asker[] = ['manager', 'staff', 'display', 'customer'];

it.each(Object.entries(allowed))('%s is for: %s', (op, who) => {
  expect(askers.filter(asker => mayRun(asker, op as Operation['op'])).join(' ')).toBe(who);
});
