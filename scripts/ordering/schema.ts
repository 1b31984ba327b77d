const variables = {
  type: 'object',
  patternProperties: { '^[a-zA-Z][a-zA-Z0-9_]*$': { type: 'string' } },
  additionalProperties: false,
};
const memorySize = { type: 'integer', minimum: 64, maximum: 3072 };
/** Below 15 s a function that waits for a sleeping database could be cut in the middle. */
const timeout = { type: 'integer', minimum: 15, maximum: 900 };

/** What `provider` and `functions` of serverless.yml may hold, as JSON Schema; anything else is refused. */
export const providerSchema = {
  provider: {
    properties: {
      region: { type: 'string' },
      runtime: { type: 'string' },
      memorySize,
      timeout,
      role: { type: 'string' },
      environment: variables,
      vpc: {
        type: 'object',
        properties: {
          vpcId: { type: 'string', pattern: '^vpc-\\w+$' },
          subnetId: { type: 'string', pattern: '^subnet-\\w+$' },
        },
        required: ['vpcId', 'subnetId'],
        additionalProperties: false,
      },
      publicNetwork: { type: 'boolean' },
      logs: {
        anyOf: [
          { type: 'boolean' },
          {
            type: 'object',
            properties: { topicId: { type: 'string', pattern: '^[\\w-]+$' } },
            required: ['topicId'],
            additionalProperties: false,
          },
        ],
      },
      database: {
        type: 'object',
        properties: {
          zone: { type: 'string', pattern: '^[a-z]+-[a-z]+-\\d+$' },
          specCode: { type: 'string' },
          storageGb: { type: 'integer', minimum: 10, multipleOf: 10 },
          version: { type: 'string', pattern: '^1[4-9]$' },
        },
        required: ['zone', 'specCode', 'storageGb'],
        additionalProperties: false,
      },
    },
    required: ['region'],
  },
  function: {
    properties: {
      memorySize,
      timeout,
      environment: variables,
      web: {
        type: 'object',
        properties: {
          protocol: { enum: ['ws', 'http'] },
          maxConcurrency: { type: 'integer', minimum: 1, maximum: 100 },
          idleSeconds: { type: 'integer', minimum: 10, maximum: 1800 },
          initSeconds: { type: 'integer', minimum: 3, maximum: 300 },
        },
        additionalProperties: false,
      },
      package: { type: 'object', properties: { artifact: { type: 'string' } }, additionalProperties: false },
    },
  },
  functionEvents: {
    http: {
      type: 'object',
      properties: { method: { enum: ['GET', 'POST'] }, path: { type: 'string', pattern: '^/\\w+$' } },
      required: ['method', 'path'],
      additionalProperties: false,
    },
    timer: { type: 'string' },
    websocket: { enum: ['register', 'transport', 'cleanup'] },
  },
};

/** What we read of `custom`. Other keys are checked in settings.ts, since `sls` allows any. */
export const customSchema = {
  type: 'object',
  properties: {
    gateway: { enum: ['webfunction', 'apigateway'] },
    demoShops: { type: 'boolean' },
    origins: { type: 'array', items: { type: 'string' } },
    imageHosts: {
      type: 'array',
      items: { type: 'string', pattern: '^[a-zA-Z\\d](?:[a-zA-Z\\d.-]*[a-zA-Z\\d])?(?::\\d{1,5})?$' },
    },
    pages: {
      anyOf: [
        { enum: ['gateway', 'function'] },
        {
          type: 'object',
          properties: {
            bucket: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,49}-\\d{8,12}$' },
            domain: { type: 'string', pattern: '^https?://[^/]+$' },
          },
          required: ['bucket', 'domain'],
          additionalProperties: false,
        },
      ],
    },
  },
};
