import path from 'node:path';
import { parseDocument } from 'yaml';

/** What cannot be converted at all. */
export class ConvertError extends Error {
  override readonly name = 'ConvertError';
}

/** A file of components. */
export interface ComponentFile {
  /** Where it lies, from where the new file will; paths in it are from there. */
  file: string;
  text: string;
}

/** One component of a file. */
export interface Component {
  /** Its name in the file, or of the file's only one. */
  key: string;
  /** `scf`, `apigateway`, `cos`, …, without what stands before and after it. */
  kind: string;
  inputs: Record<string, unknown>;
  /** The folder of its file. */
  folder: string;
  /** The application that it is part of, where the file says so. */
  app: string | undefined;
}

const longest = 1_000_000;

/**
 * The components of a file: either each under a name of its own, or, as later, one for the whole file.
 * @throws ConvertError for what is no such file
 */
export function componentsIn({ file, text }: ComponentFile): Component[] {
  const content = record(parsed(file, text));
  const folder = path.posix.dirname(file.replaceAll('\\', '/'));
  const app = textOf(content.app);
  const whole = textOf(content.component);
  if (whole !== undefined) {
    const key = textOf(content.name) ?? kindOf(whole);
    return [{ key, kind: kindOf(whole), inputs: record(content.inputs), folder, app }];
  }
  const components = Object.entries(content).flatMap(([key, value]) => {
    const { component, inputs } = record(value);
    const kind = textOf(component);
    return kind === undefined ? [] : [{ key, kind: kindOf(kind), inputs: record(inputs), folder, app }];
  });
  if (components.length > 0) return components;
  const hint = 'provider' in content ? ': it has a provider, so it is no file of components but one of a plugin' : '';
  throw new ConvertError(`${file} names no component${hint}`);
}

function parsed(file: string, text: string): unknown {
  if (text.length > longest) throw new ConvertError(`${file} is longer than ${longest} characters`);
  const document = parseDocument(text, { logLevel: 'error' });
  const [problem] = document.errors;
  // Its message would show a part of the file, which may hold a secret.
  if (problem !== undefined) {
    const at = problem.linePos?.[0];
    throw new ConvertError(`${file} is no YAML: ${problem.code}${at === undefined ? '' : ` in line ${at.line}`}`);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new ConvertError(`${file} has too many aliases`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new ConvertError(`${file} is empty, or holds something else than names and values`);
}

/** `@serverless/tencent-scf@1.2` is `scf`. */
function kindOf(component: string): string {
  return component
    .toLowerCase()
    .replace(/^@[^/]*\//, '')
    .replace(/@.*$/, '')
    .replace(/^tencent-/, '');
}

/** A value as an object; empty where it is none. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** A value as a list; empty where it is none. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A value as a text that says something. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}
