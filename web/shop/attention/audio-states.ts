/** What a tap has to do so that an `AudioContext` is heard. */
export type TapAnswer = 'keep' | 'resume' | 'renew';

/**
 * What each state of an `AudioContext` means for the bell: whether it is heard, and what the next tap does. The states
 * are those of the Web Audio API 1.1 (`AudioContextState`); `interrupted` is when the system has taken the sound, for a
 * call or another app, and on some versions of iOS `resume()` of such a context never settles.
 */
const answers: Readonly<Record<string, { isHeard: boolean; onTap: TapAnswer }>> = {
  running: { isHeard: true, onTap: 'keep' },
  suspended: { isHeard: false, onTap: 'resume' },
  interrupted: { isHeard: false, onTap: 'renew' },
  closed: { isHeard: false, onTap: 'renew' },
};

/** A state that a browser may invent later: nothing is known of it, so a new context is made. */
const unknown: { isHeard: boolean; onTap: TapAnswer } = { isHeard: false, onTap: 'renew' };

/** The answer to a state. `isStuck`: its clock stands still though it says that it runs, or a resume led to nothing. */
export function answerTo(state: string, isStuck: boolean): { isHeard: boolean; onTap: TapAnswer } {
  return isStuck ? unknown : Object.hasOwn(answers, state) ? (answers[state] ?? unknown) : unknown;
}
