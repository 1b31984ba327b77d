import { bundle, type Recipe, writeManifest } from './package.ts';

const name = 'osls-provider-tencent';

/** The provider plugin of `sls` for Tencent Cloud, for anybody's service. */
export const plugin: Recipe = {
  name,
  async fill(folder) {
    writeManifest(
      folder,
      {
        name,
        description: 'Deploys functions, timers, HTTP and WebSocket to Tencent Cloud with `sls` (osls 4)',
        keywords: ['osls', 'serverless', 'serverless-plugin', 'tencent-cloud', 'scf', 'websocket'],
        main: 'plugin.js',
      },
      'scripts/pack/plugin/README.md',
    );
    await bundle(folder, { 'plugin.js': 'scripts/tencent/plugin.ts' }, { external: ['esbuild', 'pg-native'] });
  },
};
