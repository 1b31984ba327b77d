import { watch } from 'node:fs';
import { buildAll } from './bundles.ts';
import { serve } from './local/serve.ts';
import { sourceFolders } from './local/sources.ts';

// `npm run dev`: as `npm start`, and what changes on disk is built and loaded again.
const { gateway } = await serve(buildAll);

let timer: NodeJS.Timeout | undefined;
for (const folder of sourceFolders) {
  watch(folder, { recursive: true }, () => {
    clearTimeout(timer);
    // An editor writes several files at once.
    timer = setTimeout(reload, 100);
  });
}

async function reload(): Promise<void> {
  try {
    await buildAll();
    await gateway.reload();
    console.log('reloaded');
  } catch (error) {
    // esbuild has said what is wrong; the last good build goes on.
    console.error(`not reloaded: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  }
}
