/** The number of colours that `order.css` defines for shops, as `data-face`. */
const COLOURS = 8;

/** The colour of a shop, from its id: it stays the same on every device. */
export function faceOf(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  return sum % COLOURS;
}
