import type { Target } from '../targets/target.ts';

/** A path that a function answers. */
export interface Route {
  path: string;
  /** `ANY` is every method. */
  methods: readonly string[];
  target: Target;
  /**
   * Whether what the function returns is status, headers and body, or the body itself. Undefined: what has a `statusCode`
   * is the former, anything else the latter.
   */
  integrated: boolean | undefined;
}

/** Everything that is served at one path: a function for each method, or one for several. */
export interface Place {
  /** As it was given, with its variables: `/user/{id}`. */
  readonly path: string;
  readonly routes: readonly Route[];
  /** Of all of them, `ANY` among them. */
  readonly methods: readonly string[];
}

/** What a path leads to. */
export interface Found {
  place: Place;
  /** The variables of the place's path with their values. */
  pathParameters: Record<string, string>;
  /** Without the stage before it. */
  path: string;
  stage: string;
}

/** Finds routes by the path of a request. */
export interface RouteTable {
  find(path: string): Found | undefined;
}

/** Of a request whose path names none. */
export const DEFAULT_STAGE = 'release';

/**
 * Makes the table. A slash at the end makes no difference; a path without variables wins over one with them, and of those
 * the one with more in front of its first. `stages` may stand before any path, as in the addresses of API Gateway.
 */
export function createRouteTable(routes: readonly Route[], stages: readonly string[]): RouteTable {
  const paths = new Set(routes.map(({ path }) => withoutSlash(path)));
  const places = [...paths].map(path => placeOf(routes.filter(route => withoutSlash(route.path) === path)));
  const exact = new Map(
    places.filter(({ path }) => !path.includes('{')).map(place => [withoutSlash(place.path), place]),
  );
  const patterns = places
    .filter(({ path }) => path.includes('{'))
    .sort((one, other) => other.path.indexOf('{') - one.path.indexOf('{'))
    .map(place => ({ place, pattern: patternOf(place.path) }));

  function findIn(path: string, stage: string): Found | undefined {
    const place = exact.get(withoutSlash(path));
    if (place !== undefined) return { place, pathParameters: {}, path, stage };
    for (const { place, pattern } of patterns) {
      const values = pattern.exec(withoutSlash(path))?.groups;
      if (values !== undefined) return { place, pathParameters: decoded(values), path, stage };
    }
    return undefined;
  }

  return {
    find(path) {
      const [, stage = ''] = path.split('/', 2);
      return (
        findIn(path, DEFAULT_STAGE) ?? (stages.includes(stage) ? findIn(pathBehind(stage, path), stage) : undefined)
      );
    },
  };
}

function placeOf(routes: readonly Route[]): Place {
  return { path: routes[0]?.path ?? '', routes, methods: [...new Set(routes.flatMap(({ methods }) => methods))] };
}

function pathBehind(stage: string, path: string): string {
  return path.slice(stage.length + 1) || '/';
}

function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** A variable is one part of the path, or of it what stands between the texts around it. */
function patternOf(path: string): RegExp {
  const parts = withoutSlash(path).split(/\{(\w+)\}/);
  return new RegExp(
    `^${parts.map((part, index) => (index % 2 === 0 ? escaped(part) : `(?<${part}>[^/]+)`)).join('')}$`,
  );
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function decoded(values: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, decodeOrKeep(value)]));
}

function decodeOrKeep(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
