import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchemaOfConfiguration } from './gateway/schema.ts';
import { typeDeclarations } from './gateway/types.ts';
import { bundle, type Recipe, writeManifest } from './package.ts';

const packageName = 'event-function-gateway';

/** Used only where a target names such a function, and brought by whoever names one. */
const clients = ['tencentcloud-sdk-nodejs', '@aws-sdk/client-lambda'];

/** The WebSocket gateway, for anybody's functions. */
export const gateway: Recipe = {
  name: 'gateway',
  async fill(folder) {
    writeManifest(folder, manifest, 'scripts/pack/gateway/README.md');
    const external = [...clients, ...clients.map(name => `${name}/*`), 'bufferutil', 'utf-8-validate'];
    await bundle(
      folder,
      { 'index.js': 'scripts/pack/gateway/index.ts', [`bin/${packageName}.js`]: 'scripts/pack/gateway/command.ts' },
      { external },
    );
    const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
    write('index.mjs', "import gateway from './index.js';\n\nexport const { startGateway } = gateway;\n");
    for (const name of ['index.d.ts', 'index.d.mts']) write(name, typeDeclarations());
    write('schema.json', `${JSON.stringify(jsonSchemaOfConfiguration(), undefined, 2)}\n`);
  },
};

const manifest = {
  name: packageName,
  description: 'A WebSocket gateway in front of functions, with the contract of Tencent Cloud’s API Gateway',
  keywords: ['websocket', 'gateway', 'serverless', 'functions', 'scf', 'lambda', 'api-gateway', 'push'],
  type: 'commonjs',
  main: './index.js',
  types: './index.d.ts',
  exports: {
    '.': {
      import: { types: './index.d.mts', default: './index.mjs' },
      require: { types: './index.d.ts', default: './index.js' },
    },
    './schema.json': './schema.json',
    './package.json': './package.json',
  },
  bin: { [packageName]: `./bin/${packageName}.js` },
  files: ['bin', 'index.js', 'index.mjs', 'index.d.ts', 'index.d.mts', 'schema.json'],
  peerDependencies: Object.fromEntries(clients.map(name => [name, '*'])),
  peerDependenciesMeta: Object.fromEntries(clients.map(name => [name, { optional: true }])),
};
