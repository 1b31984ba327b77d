/** What this plugin uses of `sls` (osls 4). */
export interface Serverless {
  serviceDir: string;
  service: {
    service: string;
    provider: { stage?: string; region?: string };
    custom?: object;
    /** As osls has set them up: it gives each its name, service-stage-key. */
    functions: Record<string, { name: string; package?: PackageConfiguration }>;
    package?: PackageConfiguration;
  };
  processedInput: { commands: string[]; options: CommandOptions };
  configSchemaHandler: {
    defineProvider(name: string, schema: object): void;
    defineCustomProperties(schema: object): void;
  };
  /** Runs another command's steps. */
  pluginManager: { spawn(command: string): Promise<void> };
  classes: { Error: new (message: string, code: string, options?: { cause?: unknown }) => Error };
  setProvider(name: string, provider: object): void;
}

/** What `sls` gives a plugin to speak with. */
export interface Utilities {
  log: { notice(text?: string): void; warning(text: string): void };
  progress: { create(options: { message: string }): Progress };
  /** To stdout; everything else goes to stderr. */
  writeText(text: string): void;
}

/** A line on a terminal that changes while something is done. */
export interface Progress {
  update(message: string): void;
  remove(): void;
}

/** What is packed, as osls has it. */
export interface PackageConfiguration {
  artifact?: string;
  patterns?: string[];
  individually?: boolean;
}

/** Options of our commands. */
export interface CommandOptions {
  stage?: string;
  function?: string;
  data?: string;
  path?: string;
  tail?: boolean;
  startTime?: string;
  filter?: string;
  interval?: string;
  force?: boolean;
  prebuilt?: boolean;
  package?: string;
}
