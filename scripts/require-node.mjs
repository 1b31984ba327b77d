// Ends a Node that is older than `engines` of package.json says, in words. It has to be read by any Node that knows
// modules, so it uses nothing newer than those.
const oldest = [20, 19];
const parts = process.versions.node.split('.').map(Number);
if (parts[0] < oldest[0] || (parts[0] === oldest[0] && parts[1] < oldest[1])) {
  console.error(
    'cannot start: this is Node.js ' +
      process.versions.node +
      ', and ' +
      oldest.join('.') +
      ' or later is needed (https://nodejs.org, or nvm install 22)',
  );
  process.exit(1);
}
