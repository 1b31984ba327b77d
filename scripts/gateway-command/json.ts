/** A text that is no JSON, and where. */
export class JsonFault extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Keys and indexes from the outside in. */
export type JsonPath = readonly (string | number)[];

/** A value, and on which line each part of it stands. */
export interface LocatedJson {
  value: unknown;
  /** Counted from 1; of a part that is not there, the line of what it would stand in. */
  lineOf(path: JsonPath): number;
}

const literals = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?/iy;
const text = /"(?:[^"\\\n]|\\.)*"/y;
const space = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;

/**
 * Reads JSON that may have comments, as `//` and between `/*` and its end, and a comma behind the last of a list.
 * @throws JsonFault
 */
export function readJson(source: string): LocatedJson {
  const lines = new Map<string, number>();
  let at = source.startsWith('\ufeff') ? 1 : 0;

  function lineAt(position: number): number {
    return source.slice(0, position).split('\n').length;
  }

  function fail(message: string, position = at): never {
    throw new JsonFault(message, lineAt(position));
  }

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const [found] = pattern.exec(source) ?? [];
    if (found !== undefined) at += found.length;
    return found;
  }

  function next(): string {
    match(space);
    return source[at] ?? '';
  }

  function what(): string {
    return at >= source.length ? 'the end of the file' : JSON.stringify(source[at]);
  }

  function readValue(path: JsonPath): unknown {
    const first = next();
    lines.set(JSON.stringify(path), lineAt(at));
    if (first === '{') return readObject(path);
    if (first === '[') return readArray(path);
    if (first === '"') return readText();
    const literal = /[a-z]+/iy;
    const found = match(number) ?? match(literal);
    if (found === undefined) return fail(`a value is missing before ${what()}`);
    if (literals.has(found)) return literals.get(found);
    return Number.isNaN(Number(found)) ? fail(`${found} is no value: a text stands in quotes`) : Number(found);
  }

  function readText(): string {
    const start = at;
    try {
      return JSON.parse(match(text) ?? '') as string;
    } catch {
      return fail('a text is not closed, or holds what has to be escaped', start);
    }
  }

  function readArray(path: JsonPath): unknown[] {
    const values: unknown[] = [];
    readMembers(']', () => void values.push(readValue([...path, values.length])));
    return values;
  }

  function readObject(path: JsonPath): Record<string, unknown> {
    const fields = new Map<string, unknown>();
    readMembers('}', () => {
      const start = at;
      const key = source[at] === '"' ? readText() : fail(`a key in quotes is missing before ${what()}`);
      if (fields.has(key)) fail(`${JSON.stringify(key)} is given twice`, start);
      if (next() !== ':') fail(`a colon is missing behind ${JSON.stringify(key)}`, start);
      at += 1;
      fields.set(key, readValue([...path, key]));
      lines.set(JSON.stringify([...path, key]), lineAt(start));
    });
    return Object.fromEntries(fields);
  }

  function readMembers(end: string, readMember: () => void) {
    const start = at;
    at += 1;
    while (next() !== end) {
      if (at >= source.length) fail(`what begins here with ${source[start]} is not closed`, start);
      readMember();
      const behind = next();
      if (behind === ',') at += 1;
      else if (behind !== end && at < source.length) fail(`a comma or ${end} is missing before ${what()}`);
    }
    at += 1;
  }

  const value = readValue([]);
  if (next() !== '') fail(`there is more behind the end: ${what()}`);
  return {
    value,
    lineOf(path) {
      for (let length = path.length; ; length -= 1) {
        const line = lines.get(JSON.stringify(path.slice(0, length)));
        if (line !== undefined) return line;
        if (length === 0) return 1;
      }
    },
  };
}
