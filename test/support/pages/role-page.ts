import { keptFromReleases, releaseCalls, slotResources, type Grant } from '../../../components/aws/release-calls.js';
import { writtenGraph } from '../aws-graph.js';

/** docs/aws/roles.md: what each role of an environment may do. */
export async function rolePage(): Promise<string> {
  const graph = await writtenGraph('production');
  const document = (type: string, name: string): string => {
    const text = graph.find(type, name).inputs['policy'] as string;
    return `\`\`\`json\n${JSON.stringify(JSON.parse(text), null, 2)}\n\`\`\``;
  };
  const inline = (name: string): string => document('aws:iam/rolePolicy:RolePolicy', name);
  return `# Roles on AWS

Made by \`npm run docs\` from the programs and the repository's own Pulumi.production.yaml; a test compares. Account,
bucket and names are that file's examples.

No key is ever made: three roles trust GitHub's OIDC provider, and of it only jobs of the one repository that ran for the
GitHub environment of the same name (\`production-preview\` for the last one), with what that asks for. None can become
another.

## release

Runs as this role deploy, roll back, make and destroy slots. **Derived**: the calls are those that the code makes, and a
test keeps them equal in both directions; the resources are those that a slot's program declares, with the actions that
their provider needs.

What judged it: a small evaluator in the tests, with actions, resources, conditions and explicit denials. It is asked by
hand-written requests of what is needed and of what is forbidden, and it stands in front of moto while a deploy, a rehearsal, a
way back and a maintenance page are run by the command line: each call is decided on as it is sent
(\`test/long/aws/least-privilege.test.ts\`). What did not: AWS itself, and the calls of Pulumi's provider.

| call | what IAM asks for it |
|---|---|
${rows(releaseCalls)}

| resource of a slot | what its provider asks |
|---|---|
${rows(slotResources)}

Calls that are never made as this role:

${Object.entries(keptFromReleases)
  .map(([call, because]) => `- \`${call}\`: ${because}`)
  .join('\n')}

${inline('shop-production-pipeline-release')}

What it may do with instances beside the database; a policy of its own, as IAM takes only so much in one:

${document('aws:iam/policy:Policy', 'shop-production-pipeline-release-restores')}

What it may do for a rehearsal with releases, on a copy of the database (\`database.rehearsals\`):

${document('aws:iam/policy:Policy', 'shop-production-pipeline-release-rehearsals')}

What it may never do, whatever else is allowed; a policy of its own, attached to the role:

${document('aws:iam/policy:Policy', 'shop-production-pipeline-release-never')}

## provision

\`pulumi up\` of an environment runs as this role. **Not derived**: a provider makes the calls it likes, and another
version of it makes others. Its limit is the boundary below, which every role of the environment carries.

${inline('shop-production-pipeline-provision')}

## preview

Previews of pull requests run as this role. It reads how everything is set, Pulumi's state, the store, and the secrets that
the program reads itself; it changes nothing, which a test checks word by word. Pulumi's state holds secrets: whoever may
push a branch to the repository can read them by a program of their own. Not tried on AWS.

${inline('shop-production-pipeline-preview')}

## The boundary of all roles

${document('aws:iam/policy:Policy', 'shop-production-boundary')}

## The dead man's switch

What its function may do; a test compares it with the calls that the function makes.

${inline('shop-production-dead-mans-switch')}
`;
}

function rows(grants: Readonly<Record<string, readonly Grant[]>>): string {
  const said = (list: readonly Grant[]): string =>
    list.length === 0
      ? 'nothing'
      : list.map(([action, on]) => `\`${action}\` on ${on.replaceAll('-', ' ')}`).join('<br>');
  return Object.entries(grants)
    .map(([what, list]) => `| \`${what}\` | ${said(list)} |`)
    .join('\n');
}
