import { buildAll } from './bundles.ts';
import { serve } from './local/serve.ts';
import { needsBuild } from './local/sources.ts';

// `npm start`: database, functions and gateway in this one process.
if (needsBuild()) await buildAll();
await serve();
