import type { Packaged, Resource } from './package.ts';

/** What a part of a template points to: a resource, and one of its attributes. */
export interface Reference {
  name: string;
  attribute: string | undefined;
}

/** Every reference in a part of a template: by Ref, Fn::GetAtt, Fn::Sub and DependsOn. */
export function referencesIn(value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') return [{ name: String(inner), attribute: undefined }];
    if (key === 'Fn::GetAtt') return [attributeOf(Array.isArray(inner) ? inner.join('.') : String(inner))];
    if (key === 'Fn::Sub') return referencesInText(inner);
    if (key === 'DependsOn') return [inner].flat().map(name => ({ name: String(name), attribute: undefined }));
    return referencesIn(inner);
  });
}

/** The references of a template that lead nowhere, and its variables that nobody has replaced. */
export function unresolved({ template }: Packaged): string[] {
  const { Resources } = template;
  return referencesIn(template)
    .filter(({ name, attribute }) => !isKnown(Resources, name, attribute))
    .map(({ name, attribute }) => (attribute === undefined ? name : `${name}.${attribute}`));
}

/** A resource that depends on itself by way of others; `undefined` when there is none. */
export function cycleIn({ template }: Packaged): string | undefined {
  const done = new Set<string>();
  function visit(name: string, above: string[]): string | undefined {
    if (above.includes(name)) return [...above, name].join(' -> ');
    const resource = template.Resources[name];
    if (done.has(name) || resource === undefined) return undefined;
    for (const { name: next } of referencesIn(resource)) {
      const cycle = visit(next, [...above, name]);
      if (cycle !== undefined) return cycle;
    }
    done.add(name);
    return undefined;
  }
  return Object.keys(template.Resources)
    .map(name => visit(name, []))
    .find(cycle => cycle !== undefined);
}

const pseudoParameters = ['AWS::Partition', 'AWS::Region', 'AWS::AccountId', 'AWS::URLSuffix', 'AWS::StackName'];

/** What each type has, as far as the template asks for it (CloudFormation template reference, "return values"). */
const attributes: Record<string, string[]> = {
  'AWS::IAM::Role': ['Arn'],
  'AWS::Lambda::Function': ['Arn'],
  'AWS::Logs::LogGroup': ['Arn'],
  'AWS::DynamoDB::Table': ['Arn'],
  'AWS::Events::Rule': ['Arn'],
  'AWS::ApiGatewayV2::Api': ['ApiEndpoint'],
};

function isKnown(resources: Record<string, Resource>, name: string, attribute: string | undefined): boolean {
  if (attribute === undefined) return name in resources || pseudoParameters.includes(name);
  return attributes[resources[name]?.Type ?? '']?.includes(attribute) ?? false;
}

function referencesInText(value: unknown): Reference[] {
  const [text, variables] = Array.isArray(value) ? value : [value, {}];
  const named = [...String(text).matchAll(/\$\{([^!}][^}]*)\}/g)].map(([, name = '']) => name);
  return [...referencesIn(variables), ...named.filter(name => !(name in (variables as object))).map(attributeOf)];
}

function attributeOf(text: string): Reference {
  const dot = text.indexOf('.');
  return dot < 0 ? { name: text, attribute: undefined } : { name: text.slice(0, dot), attribute: text.slice(dot + 1) };
}
