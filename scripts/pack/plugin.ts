import { chmodSync, copyFileSync } from 'node:fs';
import path from 'node:path';
import { bundle, type Recipe, writeManifest } from './package.ts';

const name = 'osls-provider-tencent';

/** The provider plugin of `sls` for Tencent Cloud, for anybody's service, with the gateway that holds WebSockets. */
export const plugin: Recipe = {
  name,
  async fill(folder) {
    writeManifest(
      folder,
      {
        name,
        description: 'Deploys functions, timers, HTTP, WebSocket and buckets to Tencent Cloud with `sls` (osls 4)',
        keywords: ['osls', 'serverless', 'serverless-plugin', 'tencent-cloud', 'scf', 'websocket'],
        main: 'plugin.js',
        types: 'configuration.d.ts',
        bin: { [name]: 'bin/convert.js' },
      },
      'scripts/pack/plugin/README.md',
    );
    copyFileSync('scripts/tencent/plain/configuration.ts', path.join(folder, 'configuration.d.ts'));
    const entries = {
      'plugin.js': 'scripts/pack/plugin/entry.ts',
      'bin/convert.js': 'scripts/tencent/convert/main.ts',
    };
    await bundle(folder, entries, { minifySyntax: true });
    await bundle(
      folder,
      { 'gateway/index.js': 'scripts/tencent/relay/main.ts' },
      {
        minify: true,
        alias: { redis: '@redis/client' },
        external: ['pg-native', '@node-rs/xxhash', '@opentelemetry/api'],
      },
    );
    copyFileSync('scripts/gateway/scf_bootstrap', path.join(folder, 'gateway/scf_bootstrap'));
    chmodSync(path.join(folder, 'gateway/scf_bootstrap'), 0o755);
  },
};
