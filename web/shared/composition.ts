/** What an input method's key press tells of itself. */
type Key = Pick<KeyboardEvent, 'isComposing' | 'keyCode'>;

/** What browsers report as the code of a key that went to an input method (UI Events, "keyCode"). */
const INPUT_METHOD = 229;

/**
 * Whether a key press belongs to an input method, which takes Enter to choose a word and Escape to drop it. Safari says
 * that the composition has ended before it reports the key that ended it; the code tells it all the same.
 */
export function isComposing({ isComposing, keyCode }: Key): boolean {
  return isComposing || keyCode === INPUT_METHOD;
}

/**
 * Keeps keys of an input method from what browsers do with them: sending a form, closing a dialog, clearing a search.
 */
export function keepKeysOfComposition(): void {
  addEventListener(
    'keydown',
    event => {
      if (isComposing(event) && (event.key === 'Enter' || event.key === 'Escape')) event.preventDefault();
    },
    { capture: true },
  );
}
