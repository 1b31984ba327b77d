import type { Packaged } from './package.ts';

/** One thing that a policy of a role allows. */
export interface Grant {
  role: string;
  action: string;
  /** The resource as text: what CloudFormation puts in stands as `{"Ref":…}` or `${…}`. */
  resource: string;
}

/** Everything that the roles of a template may do. */
export function grantsIn({ template }: Packaged): Grant[] {
  return Object.entries(template.Resources).flatMap(([role, { Type, Properties }]) => {
    if (Type !== 'AWS::IAM::Role') return [];
    const policies = (Properties?.Policies ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
    return policies
      .flatMap(policy => policy.PolicyDocument.Statement)
      .flatMap(({ Action, Resource }) =>
        [Action].flat().flatMap(action => [Resource].flat().map(each => ({ role, action, resource: textOf(each) }))),
      );
  });
}

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

/**
 * Whether a grant reaches further than it has to. A wildcard is in its place only as the id of a connection, which
 * nobody knows beforehand: `POST` or `DELETE`, of one API and one stage.
 */
export function isTooWide({ action, resource }: Grant): boolean {
  if (/[*?]/.test(action)) return true;
  const withoutId = resource.replace(
    /^(arn:\$\{AWS::Partition\}:execute-api:\$\{AWS::Region\}:\$\{AWS::AccountId\}:\$\{\w+\}\/\w+\/(?:POST|DELETE)\/@connections\/)\*$/,
    '$1',
  );
  return /[*?]/.test(withoutId) || !/\$\{\w+[.}]|"Fn::GetAtt"/.test(resource);
}

function textOf(resource: unknown): string {
  if (typeof resource === 'object' && resource !== null && 'Fn::Sub' in resource) return String(resource['Fn::Sub']);
  return typeof resource === 'string' ? resource : JSON.stringify(resource);
}
