import { createHash } from 'node:crypto';

/** What a deployment writes into the description of what it makes, so that no state is kept on anybody's disk. */
export interface Marks {
  /** Which service and stage made it. */
  deployment: string;
  /** Hash of the package that was uploaded last; absent where there is no code. */
  code?: string;
  /** Hash of the configuration that was applied last. */
  configuration: string;
  /** Whether its instances were limited. */
  isLimited?: boolean;
}

/** Tells one stage of one service from all others: names alone cannot (`dev` and `dev-2` share a prefix). */
export function deploymentId(service: string, stage: string): string {
  return hashOf(['deployment', service, stage]);
}

/** The first 16 hex digits of the SHA-256 of a value's JSON. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}

/** Marks as a description: SCF allows letters, digits, spaces, commas and full stops there, at most 1,000. */
export function describeMarks({ deployment, code, configuration, isLimited = false }: Marks): string {
  return `Deployed by sls, deployment ${deployment}, ${code === undefined ? '' : `code ${code}, `}configuration ${configuration}${isLimited ? ', limited' : ''}`;
}

/** Reads a description that `describeMarks` has written; `undefined` for any other. */
export function readMarks(description: string | null | undefined): Marks | undefined {
  const match = /deployment (\w{16}), (?:code (\w{16}), )?configuration (\w{16})(, limited)?/.exec(description ?? '');
  if (match === null) return undefined;
  const [, deployment = '', code, configuration = '', limited] = match;
  return {
    deployment,
    configuration,
    ...(code === undefined ? {} : { code }),
    ...(limited === undefined ? {} : { isLimited: true }),
  };
}
