import { mayDo } from '../role-rules.ts';
import type { Check } from './history.ts';

/** Who has done what, and who was still told of something after the key was revoked. */
export const checkRoles: Check = ({ tables, selling }, report) => {
  if (selling === undefined) return;
  for (const { shop, role, operation, outcome } of selling.deeds) {
    if (mayDo(role, operation.op) === (outcome === 'forbidden'))
      report.violations.push(`roles: ${operation.op} of ${role} at ${shop} was answered ${outcome}`);
  }
  const events = new Map(tables.events.map(event => [`${event.shop} ${event.seq}`, event]));
  for (const { log, at, stoppedBy } of selling.revoked) {
    if (stoppedBy !== 'unauthorized')
      report.violations.push(`roles: ${log.name}, whose key was revoked, is ${stoppedBy ?? 'still there'}`);
    for (const entry of log.entries) {
      if (entry.type !== 'event') continue;
      const event = events.get(`${log.shop} ${entry.seq}`);
      if (event !== undefined && event.at > at)
        report.violations.push(`roles: ${log.name} was told of event ${entry.seq}, after its key was revoked`);
    }
  }
};
