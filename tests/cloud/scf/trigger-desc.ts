import * as v from 'valibot';
import { ApiError } from '../api-error.ts';
import { apiTime } from '../api-time.ts';
import { wrong } from '../parameters.ts';
import type { CorsConfig } from './cors.ts';
import { parseCron } from './cron.ts';
import type { DeployedFunction, StoredTrigger } from './deployed-function.ts';

/** `TriggerDesc` of a function URL (583/107631). */
const urlDesc = v.strictObject({
  AuthType: v.picklist(['NONE', 'CAM']),
  NetConfig: v.object({ EnableIntranet: v.optional(v.boolean()), EnableExtranet: v.optional(v.boolean()) }),
  CorsConfig: v.optional(
    v.strictObject({
      Enable: v.optional(v.boolean()),
      Origins: v.optional(v.array(v.string())),
      // Not OPTIONS: the platform answers those requests itself.
      Methods: v.optional(v.array(v.picklist(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'PATCH', '*']))),
      Headers: v.optional(v.array(v.string())),
      ExposeHeaders: v.optional(v.array(v.string())),
      Credentials: v.optional(v.boolean()),
      MaxAge: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(86_400))),
    }),
  ),
  ApiGwCompatible: v.optional(v.boolean()),
});

/** Checks what describes a trigger and returns it as it is kept. @throws ApiError `InvalidParameterValue.TriggerDesc` */
export function checkedDesc(type: 'timer' | 'http', given: string | undefined): string {
  try {
    if (type === 'http') return JSON.stringify(v.parse(urlDesc, JSON.parse(given ?? '')));
    // It comes back as JSON, but is given as it is.
    parseCron(given ?? '');
    return given ?? '';
  } catch (cause) {
    throw new ApiError(wrong('TriggerDesc'), `TriggerDesc is wrong: ${cause}`);
  }
}

interface UrlDesc {
  AuthType: string;
  NetConfig: { EnableExtranet?: boolean };
  CorsConfig?: CorsConfig;
}

/**
 * A trigger as ListTriggers and GetFunction answer it: a function URL with its addresses, and normalised, since nobody
 * promises that what was given comes back.
 */
export function describeTrigger(trigger: StoredTrigger, deployed: DeployedFunction, url: string | undefined): object {
  return {
    Type: trigger.type,
    TriggerName: trigger.name,
    TriggerDesc:
      trigger.type === 'timer' ? JSON.stringify({ cron: trigger.desc }) : withAddresses(trigger.desc, deployed, url),
    Enable: trigger.isEnabled ? 1 : 0,
    Qualifier: trigger.qualifier,
    CustomArgument: trigger.customArgument,
    Description: trigger.description,
    AvailableStatus: 'Available',
    BindStatus: 'on',
    TriggerAttribute: '',
    ResourceId: '',
    AddTime: apiTime(trigger.createdAt),
    ModTime: apiTime(trigger.modifiedAt),
  };
}

function withAddresses(desc: string, { settings }: DeployedFunction, url: string | undefined): string {
  const { AuthType, NetConfig, CorsConfig } = JSON.parse(desc) as UrlDesc;
  const open = NetConfig.EnableExtranet === true ? (url ?? '') : '';
  const ws = settings.protocol === 'WS' ? open.replace('http:', 'ws:') : '';
  const outside = { ExtranetUrl: open, ExtranetHTTPUrl: open, WssExtranetUrl: ws, WsExtranetUrl: ws };
  const inside = { IntranetUrl: '', IntranetHTTPUrl: '', WssIntranetUrl: '', WsIntranetUrl: '' };
  return JSON.stringify({
    AuthType,
    ...(CorsConfig === undefined ? {} : { CorsConfig: normalised(CorsConfig) }),
    NetConfig: { ...NetConfig, ...outside, ...inside },
    EnableSimpleMode: false,
  });
}

/** Lists come back in an order of their own, headers in their usual spelling, and credentials not at all. */
function normalised({ Credentials: _, Headers = [], ExposeHeaders = [], ...rest }: CorsConfig): CorsConfig {
  const usual = (header: string) => header.replaceAll(/(^|-)[a-z]/g, letter => letter.toUpperCase());
  const sorted = (list: string[]) => list.map(usual).toSorted().toReversed();
  return { ...rest, Headers: sorted(Headers), ExposeHeaders: sorted(ExposeHeaders) };
}
