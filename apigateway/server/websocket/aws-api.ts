import type { Log } from '../../log.ts';
import type { WebSocketSettings } from '../options.ts';
import type { Target } from '../targets/target.ts';
import type { Targets } from '../targets/targets.ts';
import type { AwsApi } from './aws-dialect.ts';
import { routeSelection } from './aws-routes.ts';

/** Loads the functions of an API whose dialect is AWS's. Each has the time that the API gives it. */
export async function openAwsFunctions(
  settings: WebSocketSettings & { dialect: 'aws' },
  targets: Targets,
  log: Log,
): Promise<AwsApi> {
  const { apiId, path, stage = stageIn(path), domainName, authorizer } = settings;
  const timeoutMs = settings.integrationSeconds * 1000;
  const routes = new Map<string, Target>();
  for (const [key, target] of Object.entries(settings.routes)) routes.set(key, await targets.open(target, timeoutMs));
  return {
    apiId,
    stage,
    domainName,
    routes,
    selectRoute: routeSelection(settings.routeSelectionExpression, [...routes.keys()]),
    routeResponses: new Set(settings.routeResponses),
    authorizer: authorizer && {
      target: await targets.open(authorizer.target, timeoutMs),
      identitySources: authorizer.identitySources,
    },
    log,
  };
}

/** On AWS the path is the stage: `wss://…/production`. */
function stageIn(path: string): string {
  return path.split('/').findLast(part => part !== '') ?? '$default';
}
