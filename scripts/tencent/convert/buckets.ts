import path from 'node:path';
import type { TencentBucket, TencentWebsite } from '../plain/configuration.ts';
import { type Component, list, record, textOf } from './components.ts';
import { isSaid, type Note, shown } from './function.ts';

const known = new Set('bucket bucketName src code acl website region protocol force'.split(' '));
const endOfName = `-$\{env:ACCOUNT_NUMBER}`;

/** What became of a component `cos` or `website`; `undefined` without a name, which is said. */
export function convertBucket(component: Component, key: string, note: Note): TencentBucket | undefined {
  const { kind, inputs, folder } = component;
  const about = `provider.buckets.${key}`;
  const name = nameOf(textOf(inputs.bucket) ?? textOf(inputs.bucketName) ?? '');
  if (name === undefined) {
    note(about, 'was left out: it has no name that a bucket can have');
    return undefined;
  }
  const unknown = Object.keys(inputs).filter(each => !known.has(each) && isSaid(inputs[each]));
  if (unknown.length > 0)
    note(about, `left out ${unknown.map(shown).join(', ')}: set in the console what is still wanted`);
  const code = { ...record(inputs.src), ...record(inputs.code) };
  const place = textOf(code.root) ?? textOf(code.src) ?? textOf(inputs.code) ?? textOf(inputs.src);
  if (list(code.exclude).length > 0) note(about, 'the list of excluded files was left out: folder is uploaded whole');
  if (textOf(code.hook) !== undefined) note(about, 'the command that builds its files was left out: run it yourself');
  const website = kind === 'website' || isSaid(inputs.website) ? websiteOf(code, inputs.website) : undefined;
  const acl = aclOf(inputs.acl, website !== undefined, about, note);
  if (name.endsWith(endOfName))
    note(about, 'its name ends with the number of the account: set the variable ACCOUNT_NUMBER where you deploy');
  note(
    about,
    'a bucket of this name that is there already is refused: name a new one, or empty and remove the old one',
  );
  return {
    name,
    ...(place === undefined ? {} : { folder: path.posix.join(folder, place.replaceAll('\\', '/')) }),
    ...(acl === 'private' ? {} : { acl }),
    ...(website === undefined ? {} : { website }),
  };
}

/** The account's number at the end, which components appended by themselves. */
function nameOf(given: string): string | undefined {
  const plain = given.replaceAll(/-?\$\{[^}]*\}/g, '');
  if (/^[a-z\d][a-z\d-]{0,48}-\d{8,12}$/.test(plain)) return plain;
  return /^[a-z\d]([a-z\d-]{0,46}[a-z\d])?$/.test(plain) ? plain + endOfName : undefined;
}

function websiteOf(code: Record<string, unknown>, given: unknown): true | TencentWebsite {
  const { index = code.index, error = code.error } = record(given);
  const [first, missing] = [pageOf(index), pageOf(error)];
  if (first === undefined && missing === undefined) return true;
  return { ...(first === undefined ? {} : { index: first }), ...(missing === undefined ? {} : { error: missing }) };
}

function pageOf(given: unknown): string | undefined {
  const text = textOf(given);
  return text !== undefined && /^[\w.~-]+$/.test(text) ? text : undefined;
}

/** Who may read; a website is for everybody. Nobody but its owner may write into a bucket. */
function aclOf(given: unknown, isWebsite: boolean, about: string, note: Note): 'private' | 'public-read' {
  const { permissions, ...grants } = record(given);
  const asked = textOf(given) ?? textOf(permissions) ?? 'private';
  if (Object.keys(grants).length > 0) note(about, 'what its ACL grants to other accounts was left out');
  if (asked === 'public-read-write') note(about, 'everybody could write into it: now everybody can only read it');
  else if (!['private', 'public-read'].includes(asked)) note(about, 'its ACL is none that can be kept: it is private');
  if (isWebsite && !asked.startsWith('public-read') && isSaid(given))
    note(about, 'it was private, and as a website everybody can read it: leave out website if nobody shall');
  return isWebsite || asked.startsWith('public-read') ? 'public-read' : 'private';
}
