const unreserved = "\\w.~!$&'()*+,;=\\-";
const name = `(?:[${unreserved}]|%[\\da-f]{2})*`;
const literal = `\\[(?:[\\da-f:.]+(?:%[${unreserved}%]+)?|v[\\da-f]+\\.[${unreserved}:]+)\\]`;
const host = new RegExp(`^(?:${literal}|${name})(?::\\d*)?$`, 'i');

/** What nearly every request has, and which is quickly seen. */
const usual = /^[a-z\d.-]+(:\d+)?$/i;

/** Whether a text is a host with or without a port, as in `Host` (RFC 9110, section 7.2); it may be empty. */
export function isHost(text: string): boolean {
  return usual.test(text) || host.test(text);
}
