import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

const folder = fileURLToPath(new URL('../../examples/', import.meta.url));

const answer = z.strictObject({
  status: z.int().optional(),
  body: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  milliseconds: z.number().optional(),
  /** Answered 429 after so many. */
  limit: z.int().optional(),
});
export type Answers = Readonly<Record<string, z.infer<typeof answer>>>;

/** What a team's stage.yaml says: how its product answers, and in which ways its world can be bad. */
const stageSchema = z.strictObject({
  /** By method and path. */
  answers: z.record(z.string(), answer),
  /** What users ask for. */
  users: z.array(z.string()).min(1),
  /** How the release answers that is wrong before any user gets there. */
  broken: z.record(z.string(), answer),
  /** How the release misbehaves that only users find bad: every so many-th request of theirs, or so many milliseconds. */
  failing: z.strictObject({
    failsEvery: z.int().optional(),
    slower: z.number().optional(),
    /** It fails those users only for whom this flag is on. */
    behindFlag: z.string().optional(),
  }),
  /** What people must have heard of a release, in this order, beside what the checklist's own words have them told; none: nothing. */
  told: z
    .strictObject({
      good: z.record(z.string(), z.array(z.string())),
      failing: z.record(z.string(), z.array(z.string())),
    })
    .default({ good: {}, failing: {} }),
  /** What the journal says when that one goes back. */
  trips: z.string(),
  /** Figures of the stand-in for monitoring: in a good world, and in a bad one. */
  figures: z.record(z.string(), z.tuple([z.number(), z.number()])).default({}),
  /** How addresses answer that the checklist asks by their public names: in a good world, and in a bad one. */
  elsewhere: z.record(z.url(), z.tuple([answer, answer])).default({}),
  /** Figures of the slot that fails, for which the checklist has an alarm. */
  alarming: z.record(z.string(), z.number()).default({}),
  /** Programs of the team that a stand-in is there for. */
  tools: z.array(z.string()).default([]),
  /** Values that git must never have seen, by setting; the first is good, the second what somebody careless would take. */
  secrets: z.record(z.string(), z.tuple([z.string(), z.string()])).default({}),
  /** What spoils the database, and what mends it again. */
  spoil: z.array(z.string()).default([]),
  mend: z.array(z.string()).default([]),
  /** Items that cannot be seen answering no on this machine, each with the reason. */
  neverNo: z.record(z.string(), z.string()).default({}),
  /** Items that no run asks and that cannot be answered yes on this machine, each with the reason. */
  notHere: z.record(z.string(), z.string()).default({}),
  /** The same of items that a run asks: they are waived. */
  waived: z.record(z.string(), z.string()).default({}),
});

export type Team = z.infer<typeof stageSchema> & {
  readonly name: string;
  readonly folder: string;
  /** As its stack file calls it. */
  readonly product: string;
};

const stackSchema = z.object({
  config: z.object({ 'crossfade:environment': z.object({ product: z.string() }) }),
});

/** Every team of examples/, by name. */
export async function teams(): Promise<Team[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found = await Promise.all(names.map(readTeam));
  return found.filter((team) => team !== undefined).sort((one, other) => one.name.localeCompare(other.name));
}

async function readTeam(name: string): Promise<Team | undefined> {
  const own = join(folder, name);
  const text = await readFile(join(own, 'stage.yaml'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const result = stageSchema.safeParse(parseYaml(text));
  if (!result.success) throw new Error(`examples/${name}/stage.yaml: ${z.prettifyError(result.error)}`);
  const stack = stackSchema.parse(parseYaml(await readFile(join(own, 'Pulumi.local.yaml'), 'utf8')));
  const { product } = stack.config['crossfade:environment'];
  return { ...result.data, name, folder: own, product };
}
