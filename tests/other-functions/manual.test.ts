import { readdirSync, readFileSync } from 'node:fs';

const folder = 'examples/python';
const manual = readFileSync('docs/migrating.md', 'utf8');
const quoted = (language: string) =>
  [...manual.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\`\`\`$`, 'gms'))].map(([, text = '']) => text);

test('what docs/migrating.md quotes is what these tests run', () => {
  const files = readdirSync(folder)
    .filter(file => file.endsWith('.py'))
    .map(file => readFileSync(`${folder}/${file}`, 'utf8'));
  expect(quoted('python')).toHaveLength(2);
  for (const text of quoted('python')) expect(files).toContain(text);
  expect(quoted('json')[0]).toBe(readFileSync(`${folder}/gateway.json`, 'utf8'));
});
