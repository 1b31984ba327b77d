import type { Bucket } from './cos/objects.ts';
import type { DeployedFunction } from './scf/deployed-function.ts';

/** Functions without ids and times, by name. */
export function functionsState(functions: Iterable<DeployedFunction>): object[] {
  const all = [...functions].toSorted((one, other) => one.name.localeCompare(other.name));
  return all.map(({ name, namespace, status, settings, code, triggers }) => ({
    name,
    namespace,
    status,
    settings,
    code: code.sha256,
    triggers: [...triggers.values()]
      .map(({ createdAt: _, modifiedAt: __, ...rest }) => rest)
      .toSorted((one, other) => one.type.localeCompare(other.type)),
  }));
}

/** Buckets with their objects, by name. */
export function bucketsState(buckets: ReadonlyMap<string, Bucket>): object[] {
  const byName = <T>(map: ReadonlyMap<string, T>) => [...map].toSorted(([one], [other]) => one.localeCompare(other));
  return byName(buckets).map(([name, { objects, settings, isPublic }]) => ({
    name,
    isPublic,
    settings: Object.fromEntries(byName(settings)),
    objects: byName(objects).map(([key, object]) => ({
      key,
      etag: object.etag,
      headers: object.headers,
      isPublic: object.isPublic,
    })),
  }));
}
