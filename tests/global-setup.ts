import { readFileSync } from 'node:fs';
import type { EmbeddedPostgres } from '../db/embedded/start.ts';

declare global {
  /** Set by jest's global setup for its global teardown, which runs in the same process. */
  var testServer: Pick<EmbeddedPostgres, 'stop'> | undefined;
}

/** One PostgreSQL for the whole run of jest. */
export default async function globalSetup(): Promise<void> {
  // What a global setup imports goes through jest's transforms only if its extension is one of moduleFileExtensions.
  require.extensions['.sql'] = (module, file) => {
    module.exports = { __esModule: true, default: readFileSync(file, 'utf8') };
  };
  // The AWS SDK says once a process which Node it will want one day; workers of jest have these variables from here.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const { startTestServer } = await import('./support/postgres/server.ts');
  globalThis.testServer = await startTestServer();
}
