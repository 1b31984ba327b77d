import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { securityEventKinds } from '../../apigateway/security-events.ts';
import { statusOfCode } from '../../functions/domain/refusal.ts';
import { inlineCode } from '../support/markdown.ts';
import { root } from '../support/sources.ts';
import { knownVariables } from '../support/variables.ts';

// What others build on or set is written down: the wire in PROTOCOL.md and its pages, keys and variables in docs/.

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');
const pagesIn = (folder: string) =>
  readdirSync(path.join(root, folder))
    .filter(name => name.endsWith('.md'))
    .map(name => read(path.posix.join(folder, name)))
    .join('\n');

const core = read('PROTOCOL.md');
const wire = `${core}\n${pagesIn('docs/protocol')}`;

/** Variables that no owner sets, and why. */
const notSet: Readonly<Record<string, string>> = {
  API_ENDPOINT: 'a deployment sets it, where it has one',
  AWS_REGION: 'Lambda sets it',
  CHAT_COS_ADDRESS: 'names a stand-in for COS',
  TENCENTCLOUD_REGION: 'SCF sets it',
  TENCENTCLOUD_SECRETID: 'SCF sets it',
  TENCENTCLOUD_SECRETKEY: 'SCF sets it',
  TENCENTCLOUD_SESSIONTOKEN: 'SCF sets it',
  TENCENT_PATIENCE_MS: 'makes tests of the deployment short',
  TENCENT_POLL_MS: 'the same',
  TENCENT_RETRY_MS: 'the same',
};

it('the core of the wire can be read at a sitting', () => {
  expect(core.split(/\s+/).length).toBeLessThanOrEqual(2_500);
});

it('every code that a client can meet is described', () => {
  expect(Object.keys(statusOfCode).filter(code => !wire.includes(`\`${code}\``))).toEqual([]);
});

it('every command is described', () => {
  const commands = [...read('functions/domain/client-frame.ts').matchAll(/op: v\.literal\('(\w+)'\)/g)].map(
    ([, name = '']) => name,
  );
  expect(commands.length).toBeGreaterThan(20);
  expect(commands.filter(name => !wire.includes(`\`${name} {`))).toEqual([]);
});

/** The other things on the wire that have a `type`. */
const waysOfHandingOver = ['pickup', 'delivery'];

it('every frame is described', () => {
  const types = [...read('functions/domain/frames.ts').matchAll(/type: '(\w+)'/g)]
    .map(([, name = '']) => name)
    .filter(name => !waysOfHandingOver.includes(name));
  expect(types.length).toBeGreaterThan(10);
  expect(types.filter(name => !core.includes(`"type":"${name}"`))).toEqual([]);
});

it('every key of gateway.json is described, and no other', () => {
  const [, schema = ''] = read('apigateway/server/options.ts').split('const methods = ');
  const [ofGateway = ''] = schema.split('/** Makes the ids of connections');
  const [, ofApis = ''] = read('apigateway/server/websocket/api-options.ts').split('const rateLimit = ');
  const inFile = ofGateway + ofApis;
  const keys = [...inFile.matchAll(/^ {2}(\w+)(?:,$|: )/gm)].map(([, key = '']) => key);
  expect(keys).toEqual(expect.arrayContaining(['routes', 'target', 'maxFrameBytes', 'hosts', 'logLevel']));
  const described = inlineCode(`${read('docs/gateway-json.md')}\n${read('docs/protocol/gateway.md')}`).join(' ');
  expect(keys.filter(key => !new RegExp(`\\b${key}\\b`).test(described))).toEqual([]);
  const [, listed = ''] = read('docs/gateway-json.md').split('## What is served');
  const heads = [...listed.matchAll(/^- (.+?)(?: \(|: )/gm)].flatMap(([, head = '']) => inlineCode(head));
  expect(heads.filter(key => !keys.includes(key))).toEqual([]);
});

it('every kind of security event is described, and no other', () => {
  const [, section = ''] = read('docs/operating.md').split(/## Security events|## Metrics/);
  const kinds = [...section.matchAll(/^\| `(\w+)` +\|/gm)].map(([, kind = '']) => kind);
  expect(kinds.sort()).toEqual([...securityEventKinds].sort());
});

it('every variable that an owner may set is described', () => {
  const docs = `${pagesIn('docs')}\n${wire}`;
  const missing = knownVariables().filter(name => !new RegExp(`\\b${name}\\b`).test(docs));
  expect(missing).toEqual(Object.keys(notSet).sort());
});
