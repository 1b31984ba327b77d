// The environment for `${file(./scripts/given.cjs):NAME, …}` in serverless.yml and its like, read as `given` of
// functions/runtime/environment.ts reads it: `${env:NAME, …}` would take a variable that is empty for a value.
const given = Object.entries(process.env).map(([name, value]) => [name, value.trim()]);
module.exports = Object.fromEntries(given.filter(([, value]) => value !== ''));
