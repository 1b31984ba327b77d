import { writeLog } from './log.ts';
import { createSecurityEvents, type SecurityEvents } from './security-events.ts';

const key = Symbol.for('gateway.security-events');
const holder = globalThis as { [key]?: SecurityEvents };

/**
 * What the functions of this process tell. They are bundled apart from each other and from the gateway, and have to count
 * together: else a flood is logged once for each, and a gateway's metrics lack what its functions saw.
 */
export function securityEventsOfProcess(): SecurityEvents {
  holder[key] ??= createSecurityEvents(writeLog);
  return holder[key];
}
