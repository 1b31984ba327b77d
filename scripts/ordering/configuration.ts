/** `provider` of serverless.yml; what it may hold is said in schema.ts. */
export interface ProviderConfiguration {
  name: 'tencent';
  stage?: string;
  region?: string;
  runtime?: string;
  memorySize?: number;
  timeout?: number;
  role?: string;
  environment?: Record<string, string | number | boolean>;
  vpc?: { vpcId: string; subnetId: string };
  publicNetwork?: boolean;
  database?: DatabaseConfiguration;
  /** Whether functions log into CLS: into a topic of the stage's own, or into this one. */
  logs?: boolean | { topicId: string };
}

/** A PostgreSQL that the deployment shall make. */
export interface DatabaseConfiguration {
  zone: string;
  specCode: string;
  storageGb: number;
  version?: string;
}

/** `custom` of serverless.yml. */
export interface CustomConfiguration {
  gateway?: 'webfunction' | 'apigateway';
  pages?: 'gateway' | 'function' | BucketConfiguration;
  /** Of pages and apps elsewhere that may call and connect, as `https://menu.example` or `capacitor://localhost`. */
  origins?: string[];
  /** Hosts whose pictures the pages may show under https, as `images.example`, wherever the pages are. */
  imageHosts?: string[];
  demoShops?: boolean;
}

/** Where pages lie that the gateway does not serve. */
export interface BucketConfiguration {
  /** With the account's number at the end, as `my-pages-1250000000`. */
  bucket: string;
  /** Origin of the custom domain that is bound to the bucket, as `https://order.example.com`. */
  domain: string;
}

/** One entry of `functions`. */
export interface FunctionConfiguration {
  /** Set by `sls`: service-stage-key. */
  name: string;
  memorySize?: number;
  timeout?: number;
  environment?: Record<string, string | number | boolean>;
  events?: EventConfiguration[];
  web?: WebConfiguration;
  package?: { artifact?: string };
}

/** What calls a function. */
export interface EventConfiguration {
  http?: { method: 'GET' | 'POST'; path: string };
  timer?: string;
  websocket?: 'register' | 'transport' | 'cleanup';
}

/** A web function: our gateway, or `http` the pages alone. */
export interface WebConfiguration {
  protocol?: 'ws' | 'http';
  maxConcurrency?: number;
  idleSeconds?: number;
  initSeconds?: number;
}
