import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseYaml, stringify } from 'yaml';
import { z } from 'zod';
import type { Played } from './play.js';

const answer = z.enum(['yes', 'no', 'unknown']);

/** What a play of a team saw, by item; docs/coverage.md counts nothing else of gates, messages and flags. */
const seenSchema = z.strictObject({
  /** Of what the item asks: its check and its moment, as they were then. */
  asked: z.record(z.string(), z.strictObject({ check: z.string(), good: answer, bad: answer })),
  /** In which release people heard it, or the flag moved. */
  told: z.record(z.string(), z.strictObject({ check: z.string(), in: z.array(z.string()).min(1) })),
});
export type Seen = z.infer<typeof seenSchema>;

const head = `# What the last play of this team saw, written by \`npm run examples -- TEAM --record\`; docs/coverage.md is made from it.
`;

/** Undefined: no play of it was recorded. */
export async function readSeen(folder: string): Promise<Seen | undefined> {
  const text = await readFile(join(folder, 'seen.yaml'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : seenSchema.parse(parseYaml(text));
}

export async function writeSeen(folder: string, { items, told, checks }: Played): Promise<void> {
  const check = (id: string): string => checks.get(id) ?? '';
  const seen: Seen = {
    asked: Object.fromEntries(items.map(({ item: { id }, good, bad }) => [id, { check: check(id), good, bad }])),
    told: Object.fromEntries(told.map(({ item: { id }, releases }) => [id, { check: check(id), in: [...releases] }])),
  };
  await writeFile(join(folder, 'seen.yaml'), `${head}${stringify(seen, { lineWidth: 0 })}`);
}
