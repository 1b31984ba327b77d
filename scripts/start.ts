import { buildWhereNeeded } from './local/build.ts';
import { serve } from './local/serve.ts';

// `npm start`: database, functions and gateway in this one process.
await serve(buildWhereNeeded);
