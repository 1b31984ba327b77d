import { type Node, parseSource, type Source, sourcesIn } from '../support/sources.ts';

// One PostgreSQL serves all files of tests that run at a time, each in a database of its own: whoever looks for
// sessions, or ends some, has to leave those of the others alone.

/** The texts of a source that ask for sessions of every database. */
function careless({ file, nodes }: Source): string[] {
  return nodes
    .map(textOf)
    .filter(text => text.includes('pg_stat_activity') && !text.includes('datname = current_database()'))
    .map(text => `${file}: ${text.trim()}`);
}

function textOf({ type, value, raw }: Node): string {
  const isText = type === 'StringLiteral' || type === 'TemplateElement';
  return isText ? String(value ?? raw) : '';
}

it('looks for sessions in one database only, wherever a test or the soak does', () => {
  const here = 'tests/architecture/shared-server.test.ts';
  const all = [...sourcesIn('tests'), ...sourcesIn('scripts')].filter(({ file }) => file !== here);
  expect(all.flatMap(careless)).toEqual([]);
});

it('sees who does not', () => {
  const found = (text: string) => careless(parseSource('tests/a.test.ts', text)).length;
  expect(found("query('select pid from pg_stat_activity')")).toBe(1);
  expect(found('query(`select pid from pg_stat_activity\n where true`)')).toBe(1);
  expect(found("query('select pid from pg_stat_activity where datname = current_database()')")).toBe(0);
});
