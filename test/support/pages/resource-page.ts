import { awsSlot } from '../../../stacks/aws-slot.js';
import { awsAnswers } from '../aws-answers.js';
import { writtenGraph } from '../aws-graph.js';
import { awsOutputs } from '../aws-outputs.js';
import { awsSlotInput } from '../aws-release.js';
import { record, type Recorded } from '../pulumi-recorder.js';

/** docs/aws/resources.md: every resource that the repository's own stack files ask for. */
export async function resourcePage(): Promise<string> {
  const production = (await writtenGraph('production')).resources;
  const staging = (await writtenGraph('staging')).resources;
  const slot = await slotResources();
  return `# Resources on AWS

Made by \`npm run docs\` from the programs and the repository's own Pulumi.staging.yaml and Pulumi.production.yaml, on
stand-ins for AWS; a test compares. Components are _in italics_. **Protected**: Pulumi refuses to replace or delete it
until \`protect\` is false. **Kept**: it stays in AWS when Pulumi lets go of it. **Ignored**: what the program never
compares again, because somebody else writes it.

${summary({ production, staging, 'a slot': slot })}

## Production

${table(production)}

## Staging

${table(staging)}

## A slot (production-green)

Nothing of a slot is protected: it can be destroyed and made again at any time, unless it has traffic.

${table(slot)}
`;
}

async function slotResources(): Promise<readonly Recorded[]> {
  const environment = awsOutputs();
  const options = { environment, colour: 'green', input: awsSlotInput(), services: environment.services } as const;
  return (await record(() => awsSlot(options), { answers: awsAnswers, stack: 'production-green' })).resources;
}

function summary(graphs: Readonly<Record<string, readonly Recorded[]>>): string {
  const rows = Object.entries(graphs).map(([name, resources]) => {
    const own = resources.filter(({ component }) => !component);
    const count = (which: (resource: Recorded) => boolean): number => own.filter(which).length;
    const ignoring = count(({ ignoreChanges }) => ignoreChanges.length > 0);
    const kept = count(({ retainOnDelete }) => retainOnDelete);
    return `| ${name} | ${own.length} | ${count(({ protect }) => protect)} | ${kept} | ${ignoring} |`;
  });
  return ['| stack | resources | protected | kept | that ignore something |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}

function table(resources: readonly Recorded[]): string {
  const rows = inOrder(resources, undefined).map((resource) => {
    const { name, type, component, parent, parentType, protect, retainOnDelete, ignoreChanges } = resource;
    const shown = component ? `_${name}_` : name;
    const [held, kept] = [protect ? 'protected' : '', retainOnDelete ? 'kept' : ''];
    const above = parent === undefined ? '' : `${kindOf(parentType ?? '')} ${parent}`;
    return `| ${shown} | ${kindOf(type)} | ${above} | ${held} | ${kept} | ${ignoreChanges.join(', ')} |`;
  });
  return ['| resource | type | parent | protected | kept | ignored |', '|---|---|---|---|---|---|', ...rows].join('\n');
}

function kindOf(type: string): string {
  return type.replace(/^aws:(\w+)\/\w+:/, '$1.').replace(/^crossfade:aws:/, '');
}

/** Each component before what it consists of; the order in which a program asks for things is nobody's promise. */
function inOrder(resources: readonly Recorded[], parent: Recorded | undefined): readonly Recorded[] {
  return resources
    .filter((each) => each.parent === parent?.name && each.parentType === parent?.type)
    .sort((one, other) => (`${kindOf(one.type)} ${one.name}` < `${kindOf(other.type)} ${other.name}` ? -1 : 1))
    .flatMap((each) => [each, ...(each.component ? inOrder(resources, each) : [])]);
}
