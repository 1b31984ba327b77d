/**
 * The members of a header's list, the last first; empty ones count for nothing (RFC 9110, section 5.6.1). It is read from
 * the end, where our own proxies write: a caller who leaves a quote open at the beginning hides nothing of theirs.
 */
export function* membersFromEnd(list: string, separator: ',' | ';' = ','): Generator<string> {
  let end = list.length;
  let isQuoted = false;
  for (let at = list.length - 1; at >= -1; at -= 1) {
    if (list[at] === '"' && !isEscaped(list, at)) isQuoted = !isQuoted;
    if (at >= 0 && (list[at] !== separator || isQuoted)) continue;
    const member = list.slice(at + 1, end).trim();
    if (member !== '') yield member;
    end = at;
  }
}

function isEscaped(text: string, at: number): boolean {
  let first = at;
  while (text[first - 1] === '\\') first -= 1;
  return (at - first) % 2 === 1;
}

/** The members of a list of tokens, in lower case and in order. */
export function tokensIn(list: string | undefined): string[] {
  if (list === undefined) return [];
  return list
    .split(',')
    .map(each => each.trim().toLowerCase())
    .filter(each => each !== '');
}
