import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from '@swc/core';

/** The folder of the project. */
export const root = path.join(__dirname, '../..');

/** What a source says, comments apart: where it imports from, and its syntax tree to look at. */
export interface Source {
  /** Path from the project's folder. */
  file: string;
  /** Where it imports from, types included, as written. */
  imports: string[];
  nodes: Node[];
}

/** A node of swc's syntax tree. */
export type Node = { type: string } & Record<string, unknown>;

/** Every TypeScript source in the folder and the folders in it. */
export function sourcesIn(folder: string): Source[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => /\.tsx?$/.test(file) && !file.endsWith('.d.ts') && !file.includes('node_modules'))
    .map(file => path.posix.join(folder, file.split(path.sep).join('/')))
    .sort()
    .map(file => parseSource(file, readFileSync(path.join(root, file), 'utf8')));
}

/** Reads a source. */
export function parseSource(file: string, text: string): Source {
  const tree = parseSync(text, { syntax: 'typescript', tsx: file.endsWith('x'), target: 'es2023' });
  const nodes = collectNodes(tree, []);
  return { file, imports: nodes.flatMap(importsOf), nodes };
}

/** Adds a tree's nodes, the outer one first. */
function collectNodes(value: unknown, nodes: Node[]): Node[] {
  if (typeof value !== 'object' || value === null) return nodes;
  if ('type' in value && typeof value.type === 'string') nodes.push(value as Node);
  for (const key in value) collectNodes((value as Record<string, unknown>)[key], nodes);
  return nodes;
}

function importsOf(node: Node): string[] {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return textOf(node.source);
    case 'TsImportType':
      return textOf(node.argument);
    case 'TsExternalModuleReference':
      return textOf(node.expression);
    case 'CallExpression': {
      const callee = node.callee as Node;
      const isImport = callee.type === 'Import' || (callee.type === 'Identifier' && callee.value === 'require');
      if (!isImport) return [];
      const [first] = node.arguments as { expression: unknown }[];
      const text = textOf(first?.expression);
      // What is put together at run time nobody can check here.
      return text.length > 0 ? text : ['(computed)'];
    }
    default:
      return [];
  }
}

function textOf(node: unknown): string[] {
  const literal = node as Node | null | undefined;
  return literal?.type === 'StringLiteral' && typeof literal.value === 'string' ? [literal.value] : [];
}
