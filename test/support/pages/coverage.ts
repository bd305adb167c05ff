import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { parse } from '../../../contract/parse.js';

const path = 'docs/coverage/002.yaml';

const itemSchema = z
  .strictObject({
    id: z.int().positive(),
    item: z.string().min(1),
    how: z.enum(['executed', 'asked', 'recorded', 'later']),
    /** `file` or `file#export`. */
    by: z.array(z.string()).default([]),
    /** One of the reasons. */
    because: z.string().optional(),
    note: z.string().optional(),
  })
  .refine(({ how, because }) => (how === 'later') === (because !== undefined), {
    error: 'a reason where it comes later, and only there',
  })
  .refine(({ how, by }) => how === 'later' || by.length > 0, { error: 'who carries it' });

const coverageSchema = z.strictObject({ reasons: z.record(z.string(), z.string()), items: z.array(itemSchema) });

export type Coverage = z.infer<typeof coverageSchema>;

export async function readCoverage(): Promise<Coverage> {
  const text = await readFile(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
  return parse(coverageSchema, parseYaml(text), path);
}
