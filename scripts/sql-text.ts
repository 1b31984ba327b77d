import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * SQL without the lines that are comments from their first character on. Comments inside of functions are indented: those
 * stay, because the database keeps them.
 */
export function withoutCommentLines(sql: string): string {
  return sql.replaceAll(/^--.*\n/gm, '');
}

/** Lets bundles carry SQL as its text. What explains it to readers of the source is not deployed. */
export const sqlText: Plugin = {
  name: 'sql-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.sql$/ }, ({ path }) => ({
      contents: withoutCommentLines(readFileSync(path, 'utf8')),
      loader: 'text',
    }));
  },
};
