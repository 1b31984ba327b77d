import type { Cloud } from './cloud.ts';
import type { Output } from './output.ts';
import type { Settings } from './service/settings.ts';

/** What every command works with. */
export interface Context<Stage extends Settings = Settings> {
  settings: Stage;
  cloud: Cloud;
  out: Output;
  /** Of the process: what is not in serverless.yml because it is secret. */
  environment: NodeJS.ProcessEnv;
}
