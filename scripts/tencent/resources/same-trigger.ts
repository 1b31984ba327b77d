import { hashOf } from '../service/marks.ts';
import type { PresentTrigger } from './scf.ts';

/** What a function shall be called by. */
export interface WantedTrigger {
  type: 'http' | 'timer';
  name: string;
  description: string;
}

/** What a trigger was configured with, for its mark: a change of it shows even where the cloud does not give it back. */
export function configurationOf({ description }: WantedTrigger): string {
  return hashOf(description);
}

/**
 * Whether a trigger is as it was configured. The cloud adds fields, leaves some out, and spells others its own way, so our
 * own mark counts before what it gives back; without one, everything that does come back. Who may call counts always.
 */
export function isAsConfigured(wanted: WantedTrigger, found: PresentTrigger): boolean {
  if (!found.isEnabled) return false;
  if (wanted.type === 'timer') return cronOf(found.description) === cronOf(wanted.description);
  const [given, asked] = [parseDescription(found.description), parseDescription(wanted.description)];
  if (given.AuthType !== asked.AuthType || !agrees(given.NetConfig ?? {}, asked.NetConfig)) return false;
  return found.marks === undefined ? agrees(given, asked) : found.marks.configuration === configurationOf(wanted);
}

/** `TriggerDesc` of a function URL; empty for what is no JSON. */
export function parseDescription(text: string): Record<string, unknown> & { NetConfig?: Record<string, unknown> } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** Whether nothing that comes back says something else: lists in any order, names of headers in any case. */
function agrees(given: unknown, asked: unknown): boolean {
  if (given === undefined || given === null) return true;
  if (Array.isArray(asked)) return Array.isArray(given) && spelled(given) === spelled(asked);
  if (typeof asked !== 'object' || asked === null) return String(given) === String(asked);
  if (typeof given !== 'object') return false;
  return Object.entries(asked).every(([name, value]) => agrees((given as Record<string, unknown>)[name], value));
}

function spelled(list: unknown[]): string {
  return JSON.stringify(list.map(each => String(each).toLowerCase()).toSorted());
}

/** As it was given, or as JSON. */
function cronOf(description: string): string {
  const { cron } = parseDescription(description);
  return (typeof cron === 'string' ? cron : description).trim().replaceAll(/\s+/g, ' ');
}
