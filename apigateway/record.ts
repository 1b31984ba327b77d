/** The text that a value is, or the texts that an array holds: everything else in it is left out. */
export function textsOf(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter(each => typeof each === 'string');
}

/**
 * Any value as words for a log. JSON of strangers can hold an object that makes no string: `{"toString":0}`.
 */
export function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** The fields of an event's part, or none when it is not an object: every field is still `unknown`. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
