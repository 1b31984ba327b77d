/** A version of the product that is wrong in one place, and the tests that have to notice. */
export interface Mutant {
  /** The trap, in a few words. */
  name: string;
  /** Texts that stand exactly once in their file, and what takes their place. */
  changes: { file: string; from: string; to: string }[];
  /** The test file, or the folder, that has to fail. */
  suite: string;
  /** Of that only the tests whose title holds this: a regular expression. */
  test?: string;
  /** The id of the fault in scripts/reliability/faults.ts, where `test` does not name it. */
  fault?: string;
}

/** A change of one place in one file. */
export function change(file: string, from: string, to: string): Mutant['changes'] {
  return [{ file, from, to }];
}
