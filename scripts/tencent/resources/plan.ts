import type { Marks } from '../service/marks.ts';

/** What a function shall be. */
export interface WantedMarks {
  code: string;
  configuration: string;
  type: 'Event' | 'HTTP';
  runtime: string;
}

/** What is there, as far as it matters to what has to be done. */
export interface FoundFunction {
  /** `Active`, `Creating`, `CreateFailed`, … */
  status: string;
  type: string;
  runtime: string;
  /** `undefined`: we did not make it. */
  marks: Marks | undefined;
}

/** `replace`: remove and create, since the cloud cannot change a function's type or runtime. */
export type Step = 'create' | 'replace' | 'code' | 'configuration';

/**
 * What turns a function into the wanted one. The marks stand in its description, which only a change of the configuration
 * writes: so that comes last, and whoever was interrupted between the two uploads the code again.
 */
export function stepsFor(wanted: WantedMarks, found: FoundFunction | undefined): Step[] {
  if (found === undefined) return ['create'];
  const { status, type, runtime, marks } = found;
  if (status === 'CreateFailed' || type !== wanted.type || runtime !== wanted.runtime) return ['replace'];
  const isCodeOld = marks?.code !== wanted.code;
  const isConfigurationOld = marks?.configuration !== wanted.configuration || status.endsWith('Failed');
  if (isCodeOld) return ['code', 'configuration'];
  return isConfigurationOld ? ['configuration'] : [];
}
