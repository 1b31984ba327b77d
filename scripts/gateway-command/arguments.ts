import { closest } from '../../apigateway/closest.ts';

/** What the command is asked to do. */
export interface Arguments {
  do: 'run' | 'check' | 'init' | 'help' | 'version';
  file: string;
  /** `--init` may put its file in the place of another. */
  isForced: boolean;
}

const flags = ['--check', '--init', '--force', '--help', '--version'];

/** Reads the command line. @throws Error that names what is not understood */
export function readArguments(args: readonly string[]): Arguments {
  const given = args.map(each => ({ '-h': '--help', '-v': '--version' })[each] ?? each);
  const unknown = given.find(each => each.startsWith('-') && !flags.includes(each));
  if (unknown !== undefined) {
    const near = closest(unknown, flags);
    throw new Error(
      `there is no ${unknown}${near === undefined ? '' : `; did you mean ${near}?`} --help lists what there is`,
    );
  }
  const [file = 'gateway.json', more] = given.filter(each => !each.startsWith('-'));
  if (more !== undefined) throw new Error(`one file is enough, and ${more} is another; --help says how`);
  const wish = (['help', 'version', 'init', 'check'] as const).find(each => given.includes(`--${each}`));
  return { do: wish ?? 'run', file, isForced: given.includes('--force') };
}

/** What `--help` says. */
export function helpText(command: string, homepage: string | undefined): string {
  return `usage: ${command} [gateway.json]

A WebSocket gateway in front of functions: it holds the connections, calls the functions register, transport and cleanup
with the events of Tencent Cloud's API Gateway or of AWS, and brings what they push to the clients.

  --init       writes a gateway.json with comments, to begin with (--force: in the place of another)
  --check      says all that is wrong with gateway.json, and opens nothing
  --version    says the version
  --help       says this

Paths in gateway.json are from its own folder. These variables win over it:
  HOST, PORT                         where clients connect (127.0.0.1, 8080)
  SEND_BACK_HOST, SEND_BACK_PORT     where functions push (127.0.0.1, a free port)
  SEND_BACK_SECRET                   asked of pushes; required when SEND_BACK_HOST is not this machine
  SIGNING_SECRET                     signs calls of functions by URL; required when they are on other machines
  ORIGINS, HOSTS, TRUSTED_PROXIES, ADDRESS_HEADER, LOG_LEVEL

SIGTERM ends it cleanly; SIGHUP takes a changed gateway.json over without closing a connection.
${homepage === undefined ? '' : `${homepage}\n`}`;
}
