// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these placeholders are CloudFormation’s
import { readFileSync } from 'node:fs';
import { type Packaged, packageOnAws } from './package.ts';
import { grantsIn, isTooWide } from './policies.ts';
import { cycleIn, unresolved } from './references.ts';

let packaged: Packaged;
beforeAll(async () => {
  packaged = await packageOnAws();
});

function propertiesOf(type: string): Record<string, Record<string, unknown>> {
  const resources = Object.entries(packaged.template.Resources).filter(([, { Type }]) => Type === type);
  return Object.fromEntries(resources.map(([name, { Properties = {} }]) => [name, Properties]));
}

/** The functions by their names without service and stage. */
function functions(): Record<string, Record<string, unknown>> {
  const all = Object.values(propertiesOf('AWS::Lambda::Function'));
  return Object.fromEntries(
    all.map(each => [String(each.FunctionName).replace('websocket-order-production-', ''), each]),
  );
}

const variablesOf = (name: string) =>
  (functions()[name]?.Environment as { Variables: Record<string, unknown> }).Variables;

test('every reference of the template leads somewhere, none in a circle, and no variable is left', () => {
  expect(unresolved(packaged)).toEqual([]);
  expect(cycleIn(packaged)).toBeUndefined();
  expect(packaged.text).not.toMatch(/\$\{(param|self|env|opt|sls|custom|file)\b/);
});

test('no policy allows more than it has to, and there is no role but ours', () => {
  const grants = grantsIn(packaged);
  expect(grants.filter(isTooWide)).toEqual([]);
  expect([...new Set(grants.map(({ role }) => role))].sort()).toEqual([
    'ChatPushingRole',
    'ChatRegisterRole',
    'PushingRole',
    'QuietRole',
  ]);
  for (const { AssumeRolePolicyDocument } of Object.values(propertiesOf('AWS::IAM::Role'))) {
    expect(JSON.stringify(AssumeRolePolicyDocument)).not.toContain('*');
  }
  expect(Object.keys(propertiesOf('AWS::S3::BucketPolicy'))).toEqual([]);
});

test('nothing grants anything in a way that this check does not read', () => {
  const types = Object.values(packaged.template.Resources).map(({ Type }) => Type);
  expect(types.filter(type => /^AWS::IAM::|Policy/.test(type) && type !== 'AWS::IAM::Role')).toEqual([]);
  for (const role of Object.values(propertiesOf('AWS::IAM::Role'))) {
    expect(Object.keys(role).sort()).toEqual(expect.arrayContaining(['AssumeRolePolicyDocument', 'Policies']));
    expect(role).not.toHaveProperty('ManagedPolicyArns');
    for (const { PolicyDocument } of role.Policies as { PolicyDocument: { Statement: object[] } }[]) {
      for (const statement of PolicyDocument.Statement) {
        expect(Object.keys(statement).sort()).toEqual(['Action', 'Effect', 'Resource']);
        expect(statement).toHaveProperty('Effect', 'Allow');
      }
    }
  }
  const roles = Object.keys(propertiesOf('AWS::IAM::Role'));
  for (const { Role } of Object.values(functions())) {
    expect(roles).toContain((Role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'][0]);
  }
});

test('who may call a function is one API or one timer of this stack', () => {
  const permissions = Object.values(propertiesOf('AWS::Lambda::Permission'));
  expect(permissions.length).toBeGreaterThan(8);
  for (const { SourceArn } of permissions) {
    expect(JSON.stringify(SourceArn)).toMatch(/\$\{(WebsocketsApi|ChatApi)\}\/production\/[^*]+"|"HttpApi"|"Arn"/);
  }
});

test('whoever pushes knows where to and may, and register neither', () => {
  for (const name of ['transport', 'bill', 'redeliver', 'init_db', 'chat_transport', 'chat_cleanup']) {
    expect(variablesOf(name).MANAGEMENT_ENDPOINT).toEqual({
      'Fn::Sub': expect.stringMatching(
        /^https:\/\/\$\{(WebsocketsApi|ChatApi)\}\.execute-api\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}\/production$/,
      ),
    });
  }
  for (const name of ['register', 'chat_register', 'cleanup', 'get_shop_info']) {
    expect(variablesOf(name)).not.toHaveProperty('MANAGEMENT_ENDPOINT');
  }
  const pushing = new Set(
    grantsIn(packaged).flatMap(({ role, action }) => (action.startsWith('execute-api:') ? [role] : [])),
  );
  expect([...pushing].sort()).toEqual(['ChatPushingRole', 'PushingRole']);
  for (const name of ['register', 'chat/register']) {
    expect(readFileSync(`dist/aws/${name}/index.js`, 'utf8')).not.toContain('apigatewaymanagementapi');
  }
});

test('a function gets the secrets that its code reads, and no others', () => {
  const bundles = Object.keys(functions()).map(name => [name, `dist/aws/${name.replace('chat_', 'chat/')}/index.js`]);
  for (const [name = '', bundle = ''] of bundles) {
    const code = readFileSync(bundle, 'utf8');
    const secrets = Object.keys(variablesOf(name)).filter(variable => /SECRET|DATABASE_URL/.test(variable));
    expect([name, secrets.filter(variable => !code.includes(`"${variable}"`))]).toEqual([name, []]);
  }
});

test('the chat’s table forgets by itself, and is asked by key or index, never read from end to end', () => {
  const { ChatTable } = propertiesOf('AWS::DynamoDB::Table');
  expect(ChatTable).toMatchObject({
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    GlobalSecondaryIndexes: [{ IndexName: 'room' }],
  });
  const actions = grantsIn(packaged).flatMap(({ action }) => (action.startsWith('dynamodb:') ? [action] : []));
  expect([...new Set(actions)].sort()).toEqual([
    'dynamodb:DeleteItem',
    'dynamodb:GetItem',
    'dynamodb:Query',
    'dynamodb:UpdateItem',
  ]);
});

test('both WebSocket APIs lead to register, transport and cleanup', () => {
  const routes = Object.values(propertiesOf('AWS::ApiGatewayV2::Route')).map(({ ApiId, RouteKey }) => [
    (ApiId as { Ref: string }).Ref,
    RouteKey,
  ]);
  expect(routes.sort()).toEqual([
    ['ChatApi', '$connect'],
    ['ChatApi', '$default'],
    ['ChatApi', '$disconnect'],
    ['ChatApi', 'sendmessage'],
    ['HttpApi', 'ANY /bill'],
    ['HttpApi', 'ANY /get_shop_info'],
    ['WebsocketsApi', '$connect'],
    ['WebsocketsApi', '$default'],
    ['WebsocketsApi', '$disconnect'],
  ]);
});

test('the timer comes every minute and has a minute for its three passes', () => {
  const rules = Object.values(propertiesOf('AWS::Events::Rule'));
  expect(rules.map(({ ScheduleExpression }) => ScheduleExpression)).toEqual(['rate(1 minute)']);
  expect(functions().redeliver?.Timeout).toBe(60);
});

test('every function is in an archive of its own, with its bundle', () => {
  expect(packaged.archives.map(file => file.replace('.zip', '')).sort()).toEqual(Object.keys(functions()).sort());
  for (const { Handler } of Object.values(functions())) {
    expect(readFileSync(String(Handler).replace(/handler$/, 'js'), 'utf8')).not.toBe('');
  }
});

test('without secrets in the environment the template takes them from Secrets Manager; with them, from there', async () => {
  expect(variablesOf('bill')).toMatchObject({
    DATABASE_URL: '{{resolve:secretsmanager:websocket-order:SecretString:databaseUrl}}',
    TOKEN_SECRET: '{{resolve:secretsmanager:websocket-order:SecretString:tokenSecret}}',
  });
  const given = await packageOnAws({
    DATABASE_URL: 'postgres://db.example/orders',
    TOKEN_SECRET: 'token secret',
    TOKEN_SECRET_BEFORE: 'the one before',
  });
  expect(given.text).toContain('the one before');
  expect(given.text).toContain('postgres://db.example/orders');
  expect(given.text).not.toContain('resolve:secretsmanager');
});

test('13.11 a function has the secrets that it uses and no other, and the token secret can be changed', () => {
  const withSecret = Object.keys(functions()).filter(name => 'TOKEN_SECRET' in (variablesOf(name) ?? {}));
  expect(withSecret.sort()).toEqual(['bill', 'chat_transport', 'register', 'transport']);
  for (const name of Object.keys(functions()).filter(name => name.startsWith('chat_')))
    expect(variablesOf(name)).not.toHaveProperty('DATABASE_URL');
  for (const name of withSecret) expect(variablesOf(name)).toHaveProperty('TOKEN_SECRET_BEFORE', '');
});

describe('this check', () => {
  const from = (resource: object) => ({
    ...packaged,
    template: { Outputs: {}, Resources: { A: { Type: 'X', ...resource } } },
  });

  test.each([
    [{ Properties: { a: { Ref: 'B' } } }, ['B']],
    [{ Properties: { a: [{ 'Fn::GetAtt': ['A', 'Arn'] }] } }, ['A.Arn']],
    [{ Properties: { a: { 'Fn::Sub': 'arn:${AWS::Region}:${B.Arn}${!literal}' } } }, ['B.Arn']],
    [{ DependsOn: ['B', 'A'] }, ['B']],
  ])('sees what leads nowhere in %j', (resource, expected) => {
    expect(unresolved(from(resource))).toEqual(expected);
  });

  test('sees a circle', () => {
    expect(cycleIn(from({ Properties: { a: { Ref: 'A' } } }))).toBe('A -> A');
  });

  const one = 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/production';

  test.each([
    ['execute-api:ManageConnections', 'arn:${AWS::Partition}:execute-api:*:*:*/@connections/*'],
    ['execute-api:ManageConnections', `${one}/*/@connections/*`],
    ['execute-api:ManageConnections', `${one}/POST/*`],
    ['execute-api:*', `${one}/POST/@connections/*`],
    ['dynamodb:Query', '*'],
    ['dynamodb:Query', '${Table.Arn}/index/*'],
    ['dynamodb:Get*', '{"Fn::GetAtt":["Table","Arn"]}'],
    ['logs:PutLogEvents', 'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/x:*'],
  ])('finds %s on %s too wide', (action, resource) => {
    expect(isTooWide({ role: 'r', action, resource })).toBe(true);
  });

  test.each([
    ['execute-api:ManageConnections', `${one}/POST/@connections/*`],
    ['dynamodb:Query', '${Table.Arn}/index/room'],
    ['dynamodb:GetItem', '{"Fn::GetAtt":["Table","Arn"]}'],
  ])('finds %s on %s right', (action, resource) => {
    expect(isTooWide({ role: 'r', action, resource })).toBe(false);
  });
});
