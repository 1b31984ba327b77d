/**
 * What API Gateway allows a WebSocket API ("Quotas for configuring and running a WebSocket API" of its developer guide).
 * All are the defaults of an API whose dialect is `aws`; an owner may set others.
 */
export const awsLimits = {
  /** Of a frame of a client: a longer message has to come in several. */
  frameBytes: 32 * 1024,
  /** Of a message in either direction. */
  messageBytes: 128 * 1024,
  idleSeconds: 10 * 60,
  lifeSeconds: 2 * 60 * 60,
  /** Within which a function has to answer. */
  integrationSeconds: 29,
} as const;
