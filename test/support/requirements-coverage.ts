import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { ChecklistItem } from '../../contract/checklist.js';
import { compiledOrRefused } from '../../checklist/compile.js';
import { openChecklist } from '../../checklist/open-checklist.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** How many items each team's checklist has. */
export const teams = { '000': 108, '001': 106, '002': 173, '003': 121, '004': 155 } as const;

const proof = z.tuple([z.string(), z.string()]);
const listed = z.record(z.string(), z.array(z.int()));
const decisionsSchema = z.strictObject({
  steps: z.record(z.string(), z.strictObject({ does: proof, refuses: proof })),
  executed: listed,
  recorded: listed,
  later: z.record(z.string(), z.string()),
});
export type Decisions = z.infer<typeof decisionsSchema>;

export interface CoverageRow {
  readonly id: string;
  readonly item: ChecklistItem;
  readonly how: 'executed' | 'recorded' | 'later';
  readonly note: string;
}

export async function readDecisions(): Promise<Decisions> {
  return decisionsSchema.parse(parseYaml(await readFile(`${root}examples/coverage.yaml`, 'utf8')));
}

/** The items of every example, in order. */
export async function exampleItems(): Promise<ChecklistItem[]> {
  const folders = (await readdir(`${root}examples`, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const all = await Promise.all(
    folders.map(async ({ name }) => {
      const file = `examples/${name}/RELEASE.md`;
      return compiledOrRefused(await openChecklist(file, await readFile(`${root}${file}`))).items;
    }),
  );
  return all.flat();
}

/** One row for each item of the five checklists. Throws where an example covers one twice or not at all. */
export async function coverageRows(): Promise<CoverageRow[]> {
  const decisions = await readDecisions();
  const items = await exampleItems();
  return Object.entries(teams).flatMap(([team, count]) =>
    Array.from({ length: count }, (_, index) => {
      const id = `${team}-${index + 1}`;
      const [item, ...more] = items.filter(({ covers }) => covers.includes(id));
      if (!item || more.length > 0)
        throw new Error(`${id} is covered by ${item ? more.length + 1 : 0} items of the examples`);
      return rowOf(id, item, decisions);
    }),
  );
}

function rowOf(id: string, item: ChecklistItem, { steps, executed, recorded, later }: Decisions): CoverageRow {
  const [team = '', number = ''] = id.split('-');
  const { check } = item;
  if (executed[team]?.includes(Number(number))) {
    const step = check.kind === 'step' ? steps[check.step] : undefined;
    if (check.kind !== 'step' || !step)
      throw new Error(`${id} is executed by no step that examples/coverage.yaml tells of`);
    return { id, item, how: 'executed', note: `step \`${check.step}\`` };
  }
  if (recorded[team]?.includes(Number(number))) {
    if (check.kind !== 'record') throw new Error(`${id} is recorded, but its item says ${check.kind}`);
    return { id, item, how: 'recorded', note: `journal: ${check.of.join(', ')}` };
  }
  const because = later[check.kind];
  if (because === undefined) throw new Error(`examples/coverage.yaml gives no reason for ${check.kind}`);
  return { id, item, how: 'later', note: check.kind === 'sign-off' ? `${check.role}: ${because}` : because };
}

/** docs/coverage.md. */
export async function coveragePage(): Promise<string> {
  const rows = await coverageRows();
  const { steps } = await readDecisions();
  const count = (how: CoverageRow['how']): number => rows.filter((row) => row.how === how).length;
  const lines = [
    '# Coverage of the five checklists',
    '',
    'Made by `npm run coverage` from the checklists in [examples](../examples) and from',
    '[coverage.yaml](../examples/coverage.yaml); a test compares, and checks that every test named exists. Items are told in',
    'our words.',
    '',
    '- **executed**: a step of a run does it today on the local platform, and was seen refusing too. What a team runs on',
    '  elsewhere is another question: the [README](../README.md) says what there is.',
    '- **asked**: of a person, by something that waits for the answer. Nothing does yet.',
    "- **recorded**: a run's journal holds it.",
    '- **later**: nothing carries it yet, for the reason given.',
    '',
    `Of ${rows.length} items ${count('executed')} are executed, 0 asked, ${count('recorded')} recorded, and ${count('later')} come later.`,
    '',
    '## Seen doing and seen refusing',
    '',
    '| step | done | refused |',
    '| --- | --- | --- |',
    ...Object.entries(steps).map(([step, { does, refuses }]) => `| \`${step}\` | ${cell(does)} | ${cell(refuses)} |`),
    ...Object.keys(teams).flatMap((team) =>
      teamLines(
        team,
        rows.filter(({ id }) => id.startsWith(team)),
      ),
    ),
  ];
  return format(lines.join('\n'), { parser: 'markdown', printWidth: 120 });
}

function cell([file, title]: readonly [string, string]): string {
  return `[${title}](../${file})`;
}

function teamLines(team: string, rows: readonly CoverageRow[]): string[] {
  const [first] = rows;
  const file = first?.item.place.file ?? '';
  const executed = rows.filter(({ how }) => how === 'executed').length;
  return [
    '',
    `## ${team}: [${file}](../${file})`,
    '',
    `${rows.length} items, ${executed} executed.`,
    '',
    '| item | asks | how | by, or why not |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ id, item, how, note }) => `| ${id} | [${item.title}](../${file}#L${item.place.line}) | ${how} | ${note} |`,
    ),
  ];
}
