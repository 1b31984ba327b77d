// Runs a TypeScript file of this project on a Node that cannot, or says in one line that this Node is too old or that a
// package is missing.
// usage: node scripts/run.mjs scripts/start.ts [arguments …]
import './require-node.mjs';

import('./run-typescript.mjs').catch(error => {
  console.error(describeMissingPackage(error) || error);
  process.exit(1);
});

function describeMissingPackage({ code, message }) {
  const [, name] = (code === 'ERR_MODULE_NOT_FOUND' && /^Cannot find package '([^']+)'/.exec(message)) || [];
  return (
    name &&
    `cannot start: the package ${name} is not installed: run npm ci (with --omit=dev it brings only what npm start needs)`
  );
}
