const token = "[\\w!#$%&'*+.^`|~-]+";
const parameter = new RegExp(`\\s*;\\s*(?:(${token})\\s*=\\s*(${token}|"(?:[^"\\\\]|\\\\.)*"))?`, 'y');

/**
 * Whether a content type is JSON in UTF-8, whatever its case and quoting and whatever parameters it has besides. JSON has
 * one encoding: with a `charset` other than utf-8 it is another media type.
 * @see RFC 9110, section 8.3.1
 */
export function isJson(contentType = ''): boolean {
  const [type = ''] = /^\s*application\/json\s*(?=;|$)/i.exec(contentType) ?? [];
  if (type === '') return false;
  const rest = contentType.trimEnd();
  let at = Math.min(type.length, rest.length);
  while (at < rest.length) {
    parameter.lastIndex = at;
    const [text = '', name, value = ''] = parameter.exec(rest) ?? [];
    if (text === '') return false;
    if (name?.toLowerCase() === 'charset' && !/^"?utf-?8"?$/i.test(value.replaceAll(/\\(.)/g, '$1'))) return false;
    at += text.length;
  }
  return true;
}
