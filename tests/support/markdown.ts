/** The text in parts: code blocks, indented (after an empty line) or fenced, and what is between them. */
export function partsOf(text: string): { code: string[]; prose: string[] } {
  const code: string[] = [];
  const prose: string[] = [];
  let fenced: string[] | undefined;
  let before = '';
  for (const line of text.split('\n')) {
    const isFence = /^\s*```/.test(line);
    const isIndented = /^ {4}/.test(line);
    const continues = code.length > 0 && before === 'indented';
    if (fenced !== undefined && isFence) {
      code.push(fenced.join('\n'));
      fenced = undefined;
    } else if (fenced !== undefined) fenced.push(line);
    else if (isFence) fenced = [];
    else if (isIndented && continues) code.push(`${code.pop()}\n${line}`);
    else if (isIndented && before === 'empty') code.push(line);
    else prose.push(line);
    if (line.trim() === '') before = 'empty';
    else before = isIndented && (before === 'empty' || continues) ? 'indented' : 'text';
  }
  return { code, prose };
}

export function codeBlocks(text: string): string[] {
  return partsOf(text).code;
}

export function headings(text: string): string[] {
  return partsOf(text).prose.filter(line => /^#{1,6} /.test(line));
}

export function tableRows(text: string): string[] {
  return partsOf(text).prose.filter(line => line.startsWith('|'));
}

export function proseOf(text: string): string {
  return partsOf(text)
    .prose.filter(line => !line.startsWith('|'))
    .join('\n');
}

/** What stands between back ticks. */
export function inlineCode(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** Targets of links and images, and addresses in angle brackets, in order. */
export function linksOf(text: string): string[] {
  const lines = partsOf(text)
    .prose.join('\n')
    .replaceAll(/`[^`]*`/g, '`code`');
  return [...lines.matchAll(/\]\(([^)\s]+)\)|<(https?:[^>]+)>/g)].map(([, target, address]) => target ?? address ?? '');
}

/** As GitHub makes them: lower case, without punctuation, spaces as hyphens, a repeated one numbered. */
export function anchorsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return headings(text).map(heading => {
    const name = heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(name) ?? 0;
    seen.set(name, count + 1);
    return count === 0 ? name : `${name}-${count}`;
  });
}

/** What looks like a path in the text: words with a slash or with the ending of a file, wherever they stand. */
export function pathsIn(text: string): string[] {
  const words = text.replaceAll(/\]\([^)]*\)|https?:\S+/g, ' ').match(/[\w.@<>*{}/…-]+/g) ?? [];
  return words
    .map(word => word.replace(/^[./]*(?=\w)|[.…]+$/g, ''))
    .filter(word => word.includes('/') || /^[\w-]+(\.[\w-]+)*\.(cjs|html|json|md|mjs|sql|tsx?|ya?ml)$/.test(word));
}
