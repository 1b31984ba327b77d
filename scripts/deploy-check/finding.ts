/** Something that a deployment relies on, and whether it is so; `undefined`: it was not looked at, because. */
export interface Finding {
  what: string;
  isSo: boolean | undefined;
  because?: string;
}

/** Says of something that a deployment relies on whether it is so. */
export type Find = (what: string, isSo: boolean) => void;
