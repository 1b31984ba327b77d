import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connect } from '../support/apigateway/client.ts';
import { type RecordingGateway, startRecordingGateway } from '../support/apigateway/recording-gateway.ts';
import { hasProgram } from '../support/programs.ts';

// The send-back URL in the forms that functions for the documented contract use, which know nothing of us.

const secret = 'the-send-back-secret-of-this-test';
const name = 'api-1a2b3c4d';

let world: RecordingGateway | undefined;
afterEach(() => world?.gateway.close());

async function pushAll(program: string, script: string[], base: string, forms: readonly string[]): Promise<string[]> {
  if (world === undefined) throw new Error('no gateway');
  const client = await connect(world.socketUrl);
  const id = (await world.called('connecting'))[0]?.id ?? '';
  const { stdout } = await promisify(execFile)(program, [...script, id, ...forms.map(form => base + form)]);
  const errNos = stdout.trim().split('\n');
  expect(errNos.length).toBeGreaterThanOrEqual(forms.length);
  expect(new Set(errNos)).toEqual(new Set(['0']));
  return (await client.received(errNos.length)).map(String);
}

const start = (gateway: object) =>
  startRecordingGateway({ api: { sendBackNames: [name] }, gateway: { sendBackSecret: secret, ...gateway } });

/** Without a way to send a header: nothing but a URL is given to such functions. */
const forms = [`/${secret}/${name}`, `/send-back/${secret}/${name}/`, `/${name}?secret=${secret}`];

const programs: [string, string, string[], jest.It][] = [
  ['Node.js', process.execPath, ['tests/other-functions/send-back-forms.mjs'], it],
  ['Python', 'python3', ['tests/other-functions/send_back_forms.py'], hasProgram('python3') ? it : it.skip],
  ['Go', 'go', ['run', 'tests/other-functions/send_back_forms.go'], hasProgram('go') ? it : it.skip],
];

for (const [language, program, script, test] of programs) {
  test(`functions in ${language} push with nothing but a URL, in each form`, async () => {
    world = await start({});
    await pushAll(program, script, `http://127.0.0.1:${world.gateway.sendBackPort}`, forms);
  });

  test(`functions in ${language} push through the port of clients`, async () => {
    world = await start({ sendBackOnPublicPort: true });
    await pushAll(program, script, world.gateway.url, [`/${secret}/${name}`]);
  });
}

it('code that takes nothing but host and path out of the URL pushes through port 80', async () => {
  // Not everybody may listen there, and not every system has this address.
  world = await start({ sendBackHost: '127.0.0.66', sendBackPort: 80 }).catch(() => undefined);
  if (world === undefined) return console.warn('skipped: nobody may listen on port 80 here');
  expect(world.gateway.sendBackUrlToPaste(name)).toBe(`http://127.0.0.66/${secret}/${name}`);
  const [, program, script] = programs[0] ?? ['', '', []];
  const frames = await pushAll(program, script, 'http://127.0.0.66', [`/${secret}/${name}`]);
  expect(frames).toContain(`host and path /${secret}/${name}`);
});
