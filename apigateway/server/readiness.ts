/**
 * Whether a gateway can do all of its work, with what each part says, in a few words. Anybody may ask for it: no
 * addresses, no names, no reasons.
 */
export interface Readiness {
  ready: boolean;
  [part: string]: boolean | string;
}

/** Answers `GET /readyz`. */
export type AskReadiness = () => Promise<Readiness>;
