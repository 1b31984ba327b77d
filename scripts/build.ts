import { buildAll } from './bundles.ts';

// `npm run build`: every bundle and the pages into dist/, with the bytes of each bundle.
for (const [name, bytes] of Object.entries(await buildAll())) {
  console.log(`dist/${name}/index.js`.padEnd(32), String(bytes).padStart(9), 'bytes');
}
