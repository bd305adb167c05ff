import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import type { ChecklistItem } from '../../../contract/checklist.js';
import { isAsked } from '../../../contract/gate.js';
import { isDuty } from '../../../cli/duties/duties-of.js';
import { machineKinds, partsOf } from '../../../pipeline/checklist-steps.js';
import { watchedMetrics } from '../../../pipeline/watched-metrics.js';
import { compiledOrRefused } from '../../../checklist/compile.js';
import { openChecklist } from '../../../checklist/open-checklist.js';
import { readCoverage, type Coverage } from './coverage.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** How many items each team's checklist has. */
export const teams = { '000': 108, '001': 106, '002': 173, '003': 121, '004': 155 } as const;

const proof = z.tuple([z.string(), z.string()]);
const listed = z.record(z.string(), z.array(z.int()));
const decisionsSchema = z.strictObject({
  steps: z.record(z.string(), z.strictObject({ does: proof, refuses: proof })),
  executed: listed,
  /** Asked by a gate, which tells a part of what the item asks. */
  parts: listed,
  recorded: listed,
  later: z.record(z.string(), z.string()),
});
export type Decisions = z.infer<typeof decisionsSchema>;

export interface CoverageRow {
  readonly id: string;
  readonly item: ChecklistItem;
  readonly how: 'executed' | 'asked' | 'recorded' | 'later';
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
  const aws = await readCoverage();
  return Object.entries(teams).flatMap(([team, count]) =>
    Array.from({ length: count }, (_, index) => {
      const id = `${team}-${index + 1}`;
      const [item, ...more] = items.filter(({ covers }) => covers.includes(id));
      if (!item || more.length > 0)
        throw new Error(`${id} is covered by ${item ? more.length + 1 : 0} items of the examples`);
      const own = team === '002' ? aws.items[index] : undefined;
      return own ? awsRow(id, item, own, aws.reasons) : rowOf(id, item, decisions);
    }),
  );
}

/** The team on AWS has a file of its own, item by item, which names the code. */
function awsRow(
  id: string,
  item: ChecklistItem,
  { how, by, because, note }: Coverage['items'][number],
  reasons: Coverage['reasons'],
): CoverageRow {
  const files = by.map((place) => {
    const [file = '', name] = place.split('#');
    return `[${name ?? file.replace(/.*\//, '')}](../${file})`;
  });
  const why = because === undefined ? undefined : reasons[because];
  return { id, item, how, note: [...files, why, note].filter((part) => part !== undefined).join('; ') };
}

/** When a run or a tick asks it, by the code that decides that; undefined: never. */
function askedWhen(item: ChecklistItem): string | undefined {
  const alone = { file: '', title: '', roles: {}, items: [{ ...item, parents: [] }], digest: '' };
  if (isDuty(item)) return 'after the release';
  if (watchedMetrics(alone).length > 0) return 'while traffic is split';
  const part = partsOf(alone, true).get(item.id);
  if (part === 'gate') return 'before the run';
  return part === undefined ? undefined : 'in the run';
}

/** Why a gate that asks it tells nothing of it yet. */
function unseenBecause({ check }: ChecklistItem): string | undefined {
  if (check.kind === 'http' && !check.url.startsWith('/')) return "it asks the team's real address, which was not seen";
  if (check.kind === 'sql' && check.equals === undefined && check.rows === undefined) {
    return 'the query is asked, and nothing says what is right';
  }
  if (check.kind === 'capacity' && check.free === undefined) return 'how much must be free is not said';
  return undefined;
}

/** By the item's own kind; undefined where that is neither a question nor a person's. */
export function askedRow(id: string, item: ChecklistItem, parts: Decisions['parts']): CoverageRow | undefined {
  const [team = '', number = ''] = id.split('-');
  const { check } = item;
  const when = askedWhen(item);
  if (when === undefined) return undefined;
  if (isAsked(check)) return { id, item, how: 'asked', note: `${'role' in check ? check.role : item.role}, ${when}` };
  if (!machineKinds.includes(check.kind)) return undefined;
  if (parts[team]?.includes(Number(number))) {
    return { id, item, how: 'later', note: `gate \`${check.kind}\` ${when} asks a part of it` };
  }
  const unseen = unseenBecause(item);
  if (unseen !== undefined) return { id, item, how: 'later', note: `gate \`${check.kind}\` ${when}: ${unseen}` };
  return { id, item, how: 'executed', note: `gate \`${check.kind}\` ${when}` };
}

function rowOf(id: string, item: ChecklistItem, { steps, executed, parts, recorded, later }: Decisions): CoverageRow {
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
  const asked = askedRow(id, item, parts);
  if (asked) return asked;
  const because = later[check.kind];
  if (because === undefined) throw new Error(`examples/coverage.yaml gives no reason for ${check.kind}`);
  return { id, item, how: 'later', note: check.kind === 'sign-off' ? `${check.role}: ${because}` : because };
}

/** docs/coverage.md: one row for each item of five teams' checklists. */
export async function requirementsPage(): Promise<string> {
  const rows = await coverageRows();
  const { steps } = await readDecisions();
  const count = (how: CoverageRow['how']): number => rows.filter((row) => row.how === how).length;
  return `# Coverage of the five checklists

Made by \`npm run docs\` from the checklists in [examples](../examples), from [coverage.yaml](../examples/coverage.yaml)
there, and for 002 from [002.yaml](coverage/002.yaml); a test compares, and checks that every test and file named exists.
Items are told in our words.

- **executed**: of 000, 001, 003 and 004: a step of a run does it on the local platform, and was seen refusing too; or a
  gate asks it, and was seen answering yes in a good world and no in a bad one of that team
  ([test](../test/examples/items.test.ts), with stand-ins for what is not on this machine). Of 002:
  code does it or refuses to go on without it, with tests; what of AWS was only seen on stand-ins, the
  [README](../README.md) says, and not every one was seen refusing.
- **asked**: of a person, by something that waits for the answer.
- **recorded**: kept where it can be read afterwards.
- **later**: nothing carries it whole yet, for the reason given.

Of ${rows.length} items ${count('executed')} are executed, ${count('asked')} asked, ${count('recorded')} recorded, and ${count('later')} come later.

## Seen doing and seen refusing

| step | done | refused |
| --- | --- | --- |
${Object.entries(steps)
  .map(([step, { does, refuses }]) => `| \`${step}\` | ${cell(does)} | ${cell(refuses)} |`)
  .join('\n')}
${Object.keys(teams)
  .flatMap((team) =>
    teamLines(
      team,
      rows.filter(({ id }) => id.startsWith(team)),
    ),
  )
  .join('\n')}
`;
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
