import type { KeyRole, Operation } from '../../functions/domain/frames.ts';

/** What a role may do, as the protocol says, written once more; a manager may do everything that a shop may. */
const may: Readonly<Record<Exclude<KeyRole, 'manager'>, readonly Operation['op'][]>> = {
  staff: [
    ...(['accept', 'reject', 'ready', 'complete', 'cancel', 'claim_print', 'list_orders'] as const),
    ...(['set_dish', 'set_choice', 'set_busy'] as const),
  ],
  display: ['ready'],
};

/** Whether a key of this role may do it. */
export function mayDo(role: KeyRole, op: Operation['op']): boolean {
  return role === 'manager' || may[role].includes(op);
}
