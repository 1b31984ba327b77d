import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { convert } from './convert.ts';

// Makes a serverless.yml of files of components. What was left out, and what to do, is said on stderr.
const usage = 'usage: osls-provider-tencent convert old.yml [more.yml …] [--to serverless.yml]';

try {
  const { files, target } = argumentsOf(process.argv.slice(2));
  const { text, notes } = convert(files.map(file => ({ file, text: read(file) })));
  for (const note of notes) console.error(note);
  if (target === undefined) process.stdout.write(text);
  else writeFileSync(target, text, { flag: 'wx' });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function argumentsOf([command, ...others]: string[]): { files: string[]; target: string | undefined } {
  const at = others.indexOf('--to');
  const target = at < 0 ? undefined : others[at + 1];
  const files = at < 0 ? others : others.filter((_, index) => index !== at && index !== at + 1);
  if (command !== 'convert' || files.length === 0 || (at >= 0 && target === undefined)) throw new Error(usage);
  const unknown = files.find(file => file.startsWith('-'));
  if (unknown !== undefined) throw new Error(`unknown option ${unknown}\n${usage}`);
  if (target !== undefined && existsSync(target)) throw new Error(`${target} is there already: nothing was written`);
  return { files: files.map(file => path.relative('.', file) || file), target };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`, { cause: error });
  }
}
