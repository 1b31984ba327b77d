/** What was typed over `before`, in the place of what is there now; all else is as it is there now. */
export function onTopOf<Typed extends object>(present: Typed, before: Typed, typed: Typed): Typed {
  const touched = (Object.keys(typed) as (keyof Typed)[]).filter(part => !isAlike(typed[part], before[part]));
  return { ...present, ...Object.fromEntries(touched.map(part => [part, typed[part]])) };
}

/** Whether two values say the same. The server may send the fields of an object in another order. */
export function isAlike(one: unknown, other: unknown): boolean {
  return textOf(one) === textOf(other);
}

function textOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_, part: unknown) =>
    part === null || typeof part !== 'object' || Array.isArray(part)
      ? part
      : Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}
