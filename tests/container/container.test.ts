import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { parse } from 'yaml';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const instructions = dockerfile
  .replaceAll(/\\\n/g, '')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))
  .map(line => line.split(/\s+/));

/** Sources of COPY: of the folder, or with a stage of an earlier stage. */
function copied(fromStage: boolean): string[] {
  return instructions
    .filter(([name, from]) => name === 'COPY' && from?.startsWith('--from=') === fromStage)
    .flatMap(words => words.slice(1, -1).filter(word => !word.startsWith('--')));
}

describe('the Dockerfile', () => {
  test('is a valid one', () => {
    expect(validate(dockerfile).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  test('copies what exists, and what .dockerignore lets through', () => {
    const allowed = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter(line => line.startsWith('!'));
    for (const source of copied(false)) {
      expect(existsSync(source)).toBe(true);
      expect(allowed).toContain(`!${source.replace(/^\.\//, '')}`);
    }
    expect(copied(false)).toHaveLength(allowed.length);
  });

  test('copies all that the build needs: it makes the package of those files alone', () => {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'websocket-order-build-'));
    for (const source of copied(false)) cpSync(source, path.join(directory, source), { recursive: true });
    symlinkSync(path.resolve('node_modules'), path.join(directory, 'node_modules'));
    const { status, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', 'scripts/build.ts'], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    for (const source of copied(true)) {
      const built = path.join(directory, source.replace('/build/', ''));
      expect(existsSync(path.join(built, 'index.js'))).toBe(true);
    }
    rmSync(directory, { recursive: true });
  });

  test('ends in an image that is not run by root, holds no secret and says how it is', () => {
    const last = instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'));
    expect(last.find(([name]) => name === 'USER')).toEqual(['USER', 'node']);
    expect(last.some(([name]) => name === 'HEALTHCHECK')).toBe(true);
    expect(dockerfile).not.toMatch(/secret=|password|_key=|token=/i);
    const code = /CMD \["node", "-e", "(.*)"\]/.exec(dockerfile)?.[1] ?? '';
    const { status } = spawnSync(process.execPath, ['-e', code], { env: { PORT: '1' } });
    expect(status).toBe(1);
  });
});

interface Service {
  image?: string;
  build?: string;
  environment?: Record<string, string>;
  expose?: string[];
  depends_on?: string[] | Record<string, { condition: string }>;
  volumes?: string[];
  configs?: { source: string }[];
  healthcheck?: { test?: string[]; disable?: boolean };
  command?: string[];
  networks?: string[];
}

interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
  configs: Record<string, { content: string }>;
  networks: Record<string, { internal?: boolean } | null>;
}

describe('compose.yaml', () => {
  const text = readFileSync('compose.yaml', 'utf8');
  const { services, volumes, configs, networks } = parse(text, { merge: true }) as Compose;
  const gateways = Object.entries(services).filter(([name]) => name.startsWith('gateway-'));

  test('names only services, volumes and configurations that it has', () => {
    for (const { depends_on = [], volumes: mounts = [], configs: used = [] } of Object.values(services)) {
      for (const name of Array.isArray(depends_on) ? depends_on : Object.keys(depends_on))
        expect(services).toHaveProperty([name]);
      for (const mount of mounts) expect(volumes).toHaveProperty([mount.split(':')[0] ?? '']);
      for (const { source } of used) expect(configs).toHaveProperty([source]);
    }
  });

  test('13.11 confines every service: memory, processes, a root that is read-only, no new privileges, few capabilities', () => {
    for (const [name, service] of Object.entries(services)) {
      expect([name, service]).toEqual([
        name,
        expect.objectContaining({
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
          mem_limit: expect.stringMatching(/^\d+[mg]$/),
          pids_limit: expect.any(Number),
        }),
      ]);
    }
  });

  test('13.11 keeps the stores from whoever comes in from outside: networks without a way out, and a password each', () => {
    const inside = Object.entries(networks).filter(([, network]) => network?.internal === true);
    expect(inside.map(([name]) => name)).toEqual(['stores']);
    expect([services.postgres?.networks, services.redis?.networks]).toEqual([['stores'], ['stores']]);
    expect(services.proxy?.networks).toEqual(['front']);
    expect(String(services.redis?.command)).toContain('--requirepass');
    for (const [, { environment }] of gateways)
      expect(environment?.REDIS_URL).toMatch(/^redis:\/\/:\$\{REDIS_PASSWORD:\?/);
  });

  test('waits only for services that can become what is waited for', () => {
    for (const { depends_on = [] } of Object.values(services)) {
      if (Array.isArray(depends_on)) continue;
      for (const [name, { condition }] of Object.entries(depends_on)) {
        if (condition === 'service_healthy') expect(services[name]?.healthcheck?.test).toBeDefined();
      }
    }
  });

  test('has PostgreSQL 17, Redis 7 and two replicas of the gateway, all of which the proxy knows', () => {
    expect([services.postgres?.image, services.redis?.image]).toEqual(['postgres:17', 'redis:7']);
    expect(gateways).toHaveLength(2);
    const upstreams = /reverse_proxy (.*) \{/.exec(configs.caddyfile?.content ?? '')?.[1]?.split(' ');
    expect(upstreams).toEqual(gateways.map(([name]) => `${name}:8080`));
    for (const [, { environment, expose, build }] of gateways) {
      expect(build).toBe('.');
      expect(expose).toEqual(['8080', environment?.SEND_BACK_PORT]);
      expect(new URL(environment?.DATABASE_URL?.replace(/\$\{.*?\}/, 'x') ?? '').hostname).toBe('postgres');
      expect(new URL(environment?.REDIS_URL?.replace(/\$\{.*?\}/, 'x') ?? '').hostname).toBe('redis');
    }
    expect(dockerfile).toContain('EXPOSE 8080');
  });

  test('sets only variables that the gateway reads', () => {
    const sources = ['scripts/gateway/options.ts', 'functions/runtime/store.ts', 'functions/runtime/environment.ts'];
    const read = sources.map(source => readFileSync(source, 'utf8')).join('\n');
    for (const [, { environment = {} }] of gateways) {
      for (const name of Object.keys(environment)) expect(read).toContain(`'${name}'`);
    }
  });

  test('holds no secret: each is asked for', () => {
    for (const { environment = {} } of Object.values(services)) {
      for (const [name, value] of Object.entries(environment)) {
        if (/(SECRET|PASSWORD)$/.test(name)) expect(value).toMatch(/^\$\{\w+:\?/);
      }
    }
    expect(text).toMatch(/:\$\{POSTGRES_PASSWORD:\?[^}]*\}@postgres/);
  });

  test('sets the database up with code that is valid, before the replicas start', () => {
    const { command = [] } = services.init_db ?? {};
    expect(command.slice(0, 2)).toEqual(['node', '-e']);
    expect(() => new Function(command[2] ?? '')).not.toThrow();
    for (const [, { depends_on }] of gateways) {
      expect(depends_on).toMatchObject({ init_db: { condition: 'service_completed_successfully' } });
    }
  });
});
