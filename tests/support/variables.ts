import { readFileSync } from 'node:fs';
import { sourcesIn } from './sources.ts';

/** The sources of ours that run where somebody sets variables. */
export const readers = ['apigateway', 'db', 'functions', 'scripts'].flatMap(sourcesIn);

/** The names of all variables of ours: those that a source or serverless.yml asks for, and those that docs/running.md lists. */
export function knownVariables(): string[] {
  const asked = readers
    .map(({ file }) => readFileSync(file, 'utf8'))
    .flatMap(text => [...text.matchAll(/\b(?:given|setting|count|text|number|numberIn|isOn)\(\s*'([A-Z][A-Z\d_]+)'/g)])
    .map(([, name = '']) => name);
  const deployed = ['serverless.yml', 'serverless.aws.yml', 'serverless.apigateway.yml']
    .map(file => readFileSync(file, 'utf8'))
    .flatMap(text => [...text.matchAll(/given\.cjs\):([A-Z][A-Z\d_]+)/g)].map(([, name = '']) => name));
  const settings = readFileSync('docs/running.md', 'utf8').split('\n## Settings\n')[1]?.split('\n## ')[0] ?? '';
  const listed = [...settings.matchAll(/^- (.+?)(?: \(|:)/gm)].flatMap(([, names = '']) =>
    [...names.matchAll(/`([A-Z][A-Z\d_]+)`/g)].map(([, name = '']) => name),
  );
  return [...new Set([...asked, ...deployed, ...listed])].sort();
}

/** Every one of them with that value. */
export function allVariables(value: string): Record<string, string> {
  return Object.fromEntries(knownVariables().map(name => [name, value]));
}
