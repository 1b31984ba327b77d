// U+2800 is an empty Braille cell: a symbol by its category, blank to the eye.
const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{C}\p{M}\u2800]/u;

/** Whether a text holds at least one character that a person can see. Functions and pages ask this alike. */
export function isVisible(text: string): boolean {
  return visible.test(text);
}
