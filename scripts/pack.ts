// Builds what others can install: one folder for each package below dist/packages, ready for `npm pack` and `npm publish`.
// usage: npm run pack [-- name …]
import { builtWhole } from './built-whole.ts';
import { gateway } from './pack/gateway.ts';
import type { Recipe } from './pack/package.ts';
import { plugin } from './pack/plugin.ts';

const recipes: readonly Recipe[] = [gateway, plugin];

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !recipes.some(recipe => recipe.name === name));
if (unknown.length > 0) {
  console.error(`there is no package ${unknown.join(', ')}; there are ${recipes.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
for (const { name, fill } of recipes) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  await builtWhole(`dist/packages/${name}`, fill);
  console.log(`dist/packages/${name}`);
}
