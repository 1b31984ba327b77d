import * as v from 'valibot';
import { filters, page } from '../parameters.ts';

const serviceName = v.pipe(v.string(), v.regex(/^[A-Za-z][\w-]{0,49}$/, 'InvalidParameterValue.InvalidServiceName'));
const netTypes = v.optional(v.array(v.picklist(['INNER', 'OUTER'])));
const protocol = v.picklist(['http', 'https', 'http&https']);
const serviceDesc = v.pipe(v.string(), v.maxLength(2048));
const environment = v.picklist(['test', 'prepub', 'release'], 'InvalidParameterValue.InvalidEnvStatus');

/** Parameters of CreateService (628/31006). */
export const createService = v.strictObject({
  ServiceName: serviceName,
  Protocol: protocol,
  ServiceDesc: v.optional(serviceDesc, ''),
  NetTypes: netTypes,
  IpVersion: v.optional(v.picklist(['IPv4'])),
  Tags: v.optional(v.array(v.strictObject({ Key: v.string(), Value: v.string() }))),
});

/** Parameters of ModifyService. */
export const modifyService = v.strictObject({
  ServiceId: v.string(),
  ServiceName: v.optional(serviceName),
  ServiceDesc: v.optional(serviceDesc),
  Protocol: v.optional(protocol),
  NetTypes: netTypes,
});

/** Parameters of the calls that name a service and nothing else. */
export const oneService = v.strictObject({ ServiceId: v.string(), SkipVerification: v.optional(v.number()) });

/** Parameters of DescribeServicesStatus. */
export const listServices = v.strictObject({ ...page(100), Filters: filters });

/** Parameters of DescribeApisStatus. */
export const listApis = v.strictObject({ ServiceId: v.string(), ...page(100), Filters: filters });

/** Parameters of the calls that name an API. */
export const oneApi = v.strictObject({ ServiceId: v.string(), ApiId: v.string() });

const timeout = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1800));
const name = v.optional(v.string());

const api = {
  ServiceId: v.string(),
  ServiceType: v.picklist(['SCF']),
  ServiceTimeout: timeout,
  Protocol: v.picklist(['HTTP', 'WEBSOCKET']),
  RequestConfig: v.strictObject({
    Path: v.pipe(v.string(), v.regex(/^\/[\w./-]*$/)),
    Method: v.picklist(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'ANY']),
  }),
  ApiName: v.optional(v.pipe(v.string(), v.maxLength(60)), ''),
  ApiDesc: v.optional(v.string(), ''),
  ApiType: v.optional(v.picklist(['NORMAL'])),
  AuthType: v.optional(v.picklist(['NONE', 'SECRET', 'OAUTH', 'APP']), 'NONE'),
  EnableCORS: v.optional(v.boolean(), false),
  ResponseType: v.optional(v.string()),
  IsBase64Encoded: v.optional(v.boolean()),
  ServiceScfFunctionName: name,
  ServiceScfFunctionNamespace: name,
  ServiceScfFunctionQualifier: name,
  ServiceScfFunctionType: v.optional(v.picklist(['EVENT', 'HTTP'])),
  ServiceScfIsIntegratedResponse: v.optional(v.boolean(), false),
  ServiceWebsocketRegisterFunctionName: name,
  ServiceWebsocketRegisterFunctionNamespace: name,
  ServiceWebsocketRegisterFunctionQualifier: name,
  ServiceWebsocketTransportFunctionName: name,
  ServiceWebsocketTransportFunctionNamespace: name,
  ServiceWebsocketTransportFunctionQualifier: name,
  ServiceWebsocketCleanupFunctionName: name,
  ServiceWebsocketCleanupFunctionNamespace: name,
  ServiceWebsocketCleanupFunctionQualifier: name,
};

/** Parameters of CreateApi (628/31022) as far as SCF behind it goes. */
export const createApi = v.strictObject(api);
/** Parameters of ModifyApi: the same again, whole. */
export const modifyApi = v.strictObject({ ...api, ApiId: v.string() });

/** Parameters of ReleaseService. */
export const release = v.strictObject({
  ServiceId: v.string(),
  EnvironmentName: environment,
  ReleaseDesc: v.string(),
  ApiIds: v.optional(v.array(v.string())),
});
/** Parameters of UnReleaseService. */
export const unRelease = v.strictObject({
  ServiceId: v.string(),
  EnvironmentName: environment,
  ApiIds: v.optional(v.array(v.string())),
});

/** An API as it was made. */
export type ApiSettings = v.InferOutput<typeof createApi>;
