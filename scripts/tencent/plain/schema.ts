const variables = {
  type: 'object',
  patternProperties: {
    '^[a-zA-Z][a-zA-Z0-9_]*$': { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
  },
  additionalProperties: false,
};
const memorySize = { type: 'integer', minimum: 64, maximum: 3072 };
const timeout = { type: 'integer', minimum: 1, maximum: 900 };
const runtime = { type: 'string', pattern: '^(Nodejs\\d+\\.\\d+|Python3\\.\\d+|Go1|Php\\d\\.\\d)$' };
const role = { type: 'string', pattern: '^[\\w.@-]+$' };
const vpc = {
  type: 'object',
  properties: {
    vpcId: { type: 'string', pattern: '^vpc-\\w+$' },
    subnetId: { type: 'string', pattern: '^subnet-\\w+$' },
  },
  required: ['vpcId', 'subnetId'],
  additionalProperties: false,
};
const layers = {
  type: 'array',
  maxItems: 5,
  items: {
    type: 'object',
    properties: { name: { type: 'string', pattern: '^[\\w-]+$' }, version: { type: 'integer', minimum: 1 } },
    required: ['name', 'version'],
    additionalProperties: false,
  },
};
const path = { type: 'string', pattern: '^/[\\w.~/-]*$' };
const logs = {
  anyOf: [
    { type: 'boolean' },
    {
      type: 'object',
      properties: { topicId: { type: 'string', pattern: '^[\\w-]+$' } },
      required: ['topicId'],
      additionalProperties: false,
    },
  ],
};
const gateway = {
  type: 'object',
  properties: {
    kind: { enum: ['webfunction', 'apigateway'] },
    origins: { type: 'array', items: { type: 'string' } },
    memorySize,
    timeout: { type: 'integer', minimum: 21, maximum: 900 },
    maxConcurrency: { type: 'integer', minimum: 21, maximum: 100 },
    environment: variables,
  },
  additionalProperties: false,
};

/** A name without folders: it is looked for in each. */
const index = { type: 'string', pattern: '^[\\w.~-]+$' };
const page = { type: 'string', pattern: '^[\\w.~-][\\w.~/-]*$' };
const buckets = {
  type: 'object',
  patternProperties: {
    '^[a-zA-Z][\\w-]*$': {
      type: 'object',
      properties: {
        name: { type: 'string' },
        folder: { type: 'string' },
        acl: { enum: ['private', 'public-read'] },
        website: {
          anyOf: [
            { type: 'boolean' },
            { type: 'object', properties: { index, error: page }, additionalProperties: false },
          ],
        },
      },
      required: ['name'],
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

/** What `provider` and `functions` of anybody's serverless.yml may hold, as JSON Schema; anything else is refused. */
export const providerSchema = {
  provider: {
    properties: {
      region: { type: 'string' },
      ...{ runtime, memorySize, timeout, role, environment: variables, vpc, layers, logs, gateway, buckets },
      publicNetwork: { type: 'boolean' },
      corsHeaders: { type: 'array', items: { type: 'string', pattern: '^[A-Za-z\\d-]+$' } },
      corsOrigins: { type: 'array', minItems: 1, items: { type: 'string' } },
    },
    required: ['region'],
  },
  function: {
    properties: {
      handler: { type: 'string' },
      folder: { type: 'string' },
      ...{ runtime, memorySize, timeout, role, environment: variables, vpc, layers },
      concurrency: { type: 'integer', minimum: 1 },
      package: {
        type: 'object',
        properties: {
          artifact: { type: 'string' },
          individually: { type: 'boolean' },
          patterns: { type: 'array', items: { type: 'string' } },
        },
        additionalProperties: false,
      },
    },
    required: ['handler'],
  },
  functionEvents: {
    http: {
      type: 'object',
      properties: { method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'ANY'] }, path },
      required: ['method', 'path'],
      additionalProperties: false,
    },
    timer: { type: 'string' },
    websocket: {
      type: 'object',
      properties: { path, register: { type: 'string' }, transport: { type: 'string' }, cleanup: { type: 'string' } },
      required: ['path', 'register', 'cleanup'],
      additionalProperties: false,
    },
  },
};
