/**
 * Sentences by the code of the error: those of Node's sockets and TLS, and PostgreSQL's own (its documentation, appendix A).
 */
const sentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: is the server running, and is the port right?',
  ENOTFOUND: 'there is no host of this name: is it spelt right, and does this machine know it?',
  EAI_AGAIN: 'the name of the host cannot be looked up now: is there a network?',
  ETIMEDOUT: 'no answer: a firewall, or a private address that cannot be reached from here?',
  EHOSTUNREACH: 'there is no way to this host: is the address right, and is there a network?',
  ENETUNREACH: 'there is no way to this host: is the address right, and is there a network?',
  ECONNRESET: 'what listens there closed the connection: is it PostgreSQL, and does it take connections from here?',
  '28P01': 'wrong user or password',
  '28000':
    'the server does not let this user in from here: see its pg_hba.conf, or whether it wants TLS (?sslmode=require)',
  '3D000': 'there is no database of this name: make it with createdb',
  '25006': 'this server is a standby, which only reads: name the primary',
  '42501': 'this user may not do that: it has to own the database or its schema',
  '53300': 'the server has no connection left: see its max_connections',
  '57P03': 'the server is starting up or shutting down: try again in a moment',
  '08P01': 'what listens there does not speak as PostgreSQL does: is it a pooler that refuses start parameters?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed: name the CA with ?sslrootcert=/path/to/ca.pem',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown CA: name it with ?sslrootcert=/path/to/ca.pem',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown CA: name it with ?sslrootcert=/path/to/ca.pem',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host: use the name that it was made for',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ENOENT: 'a certificate file that it names is not there: is the path right for the process that connects?',
  EACCES: 'a certificate file that it names may not be read by this process',
};

/** A pooler has one code for whatever it refuses, `08P01`: which code of PostgreSQL's the words stand for. */
const poolersWords: readonly [RegExp, string][] = [
  [/authentication failed|no such user/i, '28P01'],
  [/database .*does not exist|no such database/i, '3D000'],
  [/no more connections allowed|too many (clients|connections)/i, '53300'],
];

/** What is wrong with a connection, and what to do, in a sentence. It never holds the password. */
export function explain(error: unknown): string {
  const { code: given, message } = error as { code?: string; message?: string };
  const code = given === '08P01' ? (poolersWords.find(([words]) => words.test(message ?? ''))?.[1] ?? given) : given;
  if (/statement pooling/.test(message ?? ''))
    return 'the pooler there is in statement pooling mode, and whole transactions are needed: set pool_mode to transaction or session';
  // PostgreSQL's own words for a code that is not listed may be about a time-out too, but of a statement.
  if (code !== undefined) return sentences[code] ?? (message || code);
  if (/does not support SSL/.test(message ?? ''))
    return 'the server has no TLS: leave sslmode out, or use ?sslmode=disable';
  // pg gives these no code.
  if (/timeout/i.test(message ?? ''))
    return `no answer: is it PostgreSQL that listens there, and may it be reached from here?`;
  if (/terminated|Connection ended/i.test(message ?? '')) return sentences.ECONNRESET ?? '';
  return message || String(error);
}
