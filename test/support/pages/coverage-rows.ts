import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { compiledOrRefused } from '../../../checklist/compile.js';
import { openChecklist } from '../../../checklist/open-checklist.js';
import { isDuty } from '../../../cli/duties/duties-of.js';
import type { ChecklistItem } from '../../../contract/checklist.js';
import { isAsked } from '../../../contract/gate.js';
import { checkDigest } from '../../../demo/teams/check-digest.js';
import { onlyAlarms } from '../../../demo/teams/only-alarms.js';
import { readSeen, type Seen } from '../../../demo/teams/seen.js';
import { teams as playedTeams, type Team } from '../../../demo/teams/team.js';
import { machineKinds, partsOf } from '../../../pipeline/checklist-steps.js';
import { watchedMetrics } from '../../../pipeline/watched-metrics.js';
import { readCoverage, type Coverage } from './coverage.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** How many items each team's checklist has. */
export const teams = { '000': 108, '001': 106, '002': 173, '003': 121, '004': 155 } as const;

const proof = z.tuple([z.string(), z.string()]);
const listed = z.record(z.string(), z.array(z.int()));
const decisionsSchema = z.strictObject({
  steps: z.record(z.string(), z.strictObject({ does: proof, refuses: proof })),
  executed: listed,
  /** What carries it tells a part of what the item asks. */
  parts: listed,
  /** Nothing is right or wrong: the item asks for figures, and they are on record. */
  reports: listed,
  recorded: listed,
  later: z.record(z.string(), z.string()),
});
export type Decisions = z.infer<typeof decisionsSchema>;

/** From the strongest to the weakest. */
const strength = ['executed', 'recorded', 'asked', 'later'] as const;
type How = (typeof strength)[number];

/** One item of an example, and how it carries what it covers. */
export interface CoveragePart {
  readonly item: ChecklistItem;
  readonly how: How;
  readonly note: string;
}

export interface CoverageRow {
  readonly id: string;
  /** Of several items the weakest counts: all of them are needed. */
  readonly how: How;
  readonly parts: readonly CoveragePart[];
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

/** A team as it is played, with what its last play saw. */
export interface PlayedTeam {
  readonly team: Team;
  readonly seen: Seen;
}

/** By folder. */
async function readPlays(): Promise<ReadonlyMap<string, PlayedTeam>> {
  const played = await Promise.all(
    (await playedTeams()).map(async (team) => {
      const seen = (await readSeen(team.folder)) ?? { asked: {}, told: {} };
      return [`examples/${team.name}`, { team, seen }] as const;
    }),
  );
  return new Map(played);
}

/** One row for each item of the five checklists. Throws where no example covers one. */
export async function coverageRows(): Promise<CoverageRow[]> {
  const decisions = await readDecisions();
  const items = await exampleItems();
  const aws = await readCoverage();
  const plays = await readPlays();
  return Object.entries(teams).flatMap(([team, count]) =>
    Array.from({ length: count }, (_, index) => {
      const id = `${team}-${index + 1}`;
      const own = team === '002' ? aws.items[index] : undefined;
      const parts = items
        .filter(({ covers }) => covers.includes(id))
        .map((item) => {
          const play = plays.get(item.place.file.replace(/\/[^/]*$/, ''));
          if (!play) throw new Error(`${item.place.file} belongs to no team that is played`);
          return own && item.check.kind !== 'message'
            ? awsPart(item, own, aws.reasons)
            : partOf(id, item, decisions, play);
        });
      if (parts.length === 0) throw new Error(`${id} is covered by no item of the examples`);
      return { id, how: weakestOf(parts), parts };
    }),
  );
}

function weakestOf(parts: readonly CoveragePart[]): How {
  return strength[Math.max(...parts.map(({ how }) => strength.indexOf(how)))] ?? 'later';
}

/** The team on AWS has a file of its own, item by item, which names the code. */
function awsPart(
  item: ChecklistItem,
  { how, by, because, note }: Coverage['items'][number],
  reasons: Coverage['reasons'],
): CoveragePart {
  const files = by.map((place) => {
    const [file = '', name] = place.split('#');
    return `[${name ?? file.replace(/.*\//, '')}](../${file})`;
  });
  const why = because === undefined ? undefined : reasons[because];
  return { item, how, note: [...files, why, note].filter((part) => part !== undefined).join('; ') };
}

function partOf(id: string, item: ChecklistItem, decisions: Decisions, play: PlayedTeam): CoveragePart {
  const [team = '', number = ''] = id.split('-');
  const { check } = item;
  const isIn = (list: Readonly<Record<string, readonly number[]>>) => list[team]?.includes(Number(number)) === true;
  const because = decisions.later[check.kind];
  const { executed, recorded, steps, parts, reports } = decisions;
  if (check.kind === 'step' && isIn(executed)) {
    if (!steps[check.step]) throw new Error(`${id}: examples/coverage.yaml does not tell of step ${check.step}`);
    return { item, how: 'executed', note: `step \`${check.step}\`` };
  }
  if (check.kind === 'record' && isIn(recorded))
    return { item, how: 'recorded', note: `journal: ${check.of.join(', ')}` };
  const carried =
    check.kind === 'message' || check.kind === 'flag'
      ? toldPart(item, isIn(parts), play)
      : askedPart(item, { part: isIn(parts), report: isIn(reports) }, play);
  if (carried) return carried;
  if (because === undefined) throw new Error(`examples/coverage.yaml gives no reason for ${check.kind}`);
  return { item, how: 'later', note: check.kind === 'sign-off' ? `${check.role}: ${because}` : because };
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

/** Where nothing says what is right. */
function asksForFigures({ check }: ChecklistItem): boolean {
  if (check.kind === 'sql') return check.equals === undefined && check.rows === undefined;
  return check.kind === 'capacity' && check.free === undefined;
}

/** By the item's own kind; undefined where that is neither a question nor a person's, or nobody asks it. */
export function askedPart(
  item: ChecklistItem,
  is: { readonly part: boolean; readonly report: boolean },
  play: PlayedTeam,
): CoveragePart | undefined {
  const { check } = item;
  const when = askedWhen(item);
  if (when === undefined) return undefined;
  if (isAsked(check)) return { item, how: 'asked', note: `${'role' in check ? check.role : item.role}, ${when}` };
  if (!machineKinds.includes(check.kind)) return undefined;
  const gate = `gate \`${check.kind}\` ${when}`;
  if (is.part) return { item, how: 'later', note: `${gate} asks a part of it` };
  const seen = seenOf(item, play.seen.asked);
  if (asksForFigures(item)) {
    return is.report && seen?.good === 'yes'
      ? { item, how: 'recorded', note: `${gate}: what it answers is on record` }
      : { item, how: 'later', note: `${gate}: the question is asked, and nothing says what is right` };
  }
  if (onlyAlarms(item) && !seenOf(item, play.seen.told)) {
    return { item, how: 'later', note: `alarm ${when}: nobody was seen being told` };
  }
  if (seen?.good === 'yes' && seen.bad === 'no') return { item, how: 'executed', note: gate };
  const { notHere, waived, neverNo } = play.team;
  const because = notHere[item.id] ?? waived[item.id] ?? neverNo[item.id];
  return {
    item,
    how: 'later',
    note: `${gate}, not seen saying both yes and no: ${because ?? 'not played since it changed'}`,
  };
}

function toldPart(item: ChecklistItem, part: boolean, { seen }: PlayedTeam): CoveragePart {
  const { check } = item;
  const what =
    check.kind === 'message' ? `message \`${check.at}\` to ${check.to.join(', ')}` : 'flag ramped by the run';
  if (part) return { item, how: 'later', note: `${what} tells a part of it` };
  const told = seenOf(item, seen.told);
  if (!told) return { item, how: 'later', note: `${what}: not seen in a play since it changed` };
  return { item, how: 'executed', note: `${what}, seen ${told.in.join(' and ')}` };
}

/** What was seen of an item, unless it asks something else by now. */
function seenOf<Entry extends { readonly check: string }>(
  item: ChecklistItem,
  seen: Readonly<Record<string, Entry>>,
): Entry | undefined {
  const found = seen[item.id];
  return found?.check === checkDigest(item) ? found : undefined;
}
