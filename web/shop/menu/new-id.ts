/** The id of a new dish, group or choice. Short, so that the whole order of a large menu fits into a frame. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(10)), byte => (byte % 36).toString(36)).join('');
}
