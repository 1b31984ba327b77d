/** A function in SQL, as the catalogue has it. */
export interface SqlFunction {
  name: string;
  arguments: string;
  result: string;
  body: string;
  isStable: boolean;
  isSet: boolean;
  /** Names of its OUT parameters. */
  outputs: string[];
}

/**
 * The same function in PL/pgSQL, if it names a table: Citus plans a statement when it knows the values in it, which it
 * does not within a function in SQL.
 * @returns `undefined` where there is nothing to do
 */
export function inPlpgsql(written: SqlFunction, tables: readonly string[]): string | undefined {
  const isAboutTables = new RegExp(`\\b(from|join|into|update)[\\s(]+(${tables.join('|')})\\b`, 'i').test(written.body);
  if (!isAboutTables) return undefined;
  const body = written.body
    .trim()
    .replace(/^begin atomic\s+([\s\S]*?);?\s*end$/i, '$1')
    .replace(/;$/, '');
  return `
    create or replace function ${written.name}(${written.arguments}) returns ${written.result}
    language plpgsql ${written.isStable ? 'stable' : 'volatile'} as $plpgsql$
    #variable_conflict use_column
    ${block(written, body)} $plpgsql$`;
}

function block({ isSet, outputs, result }: SqlFunction, body: string): string {
  if (/^return\b/i.test(body)) return `begin ${body}; end`;
  if (isSet) return `begin return query ${body}; end`;
  if (result === 'void') return `begin ${body}; end`;
  if (outputs.length > 0) return `begin select t.* into ${outputs.join(', ')} from (${body}) as t; end`;
  if (!/\b(insert|update|delete)\b/i.test(body)) return `begin return (${body}); end`;
  return `declare v_result ${result}; begin ${body} into v_result; return v_result; end`;
}

/** A function of a row, such as `order_json(o orders)`, as the catalogue has it. */
export interface RowFunction {
  name: string;
  parameters: string[];
  /** The table whose row comes first. */
  row: string;
  arguments: string;
  result: string;
  isSet: boolean;
}

/** The same function for a row of any table: on a node the rows are of a part of the table, which has another name. */
export function ofAnyRow({ name, parameters, row, arguments: all, result, isSet }: RowFunction): string {
  const [first = '', ...others] = parameters;
  const call = `${name}(${['v_row', ...others].join(', ')})`;
  return `
    create or replace function ${name}(${all.replace(` ${row}`, ' record')}) returns ${result}
    language plpgsql stable as $plpgsql$
    declare v_row ${row} := ${first};
    begin return ${isSet ? `query select * from ${call}` : call}; end $plpgsql$`;
}
