import { z } from 'zod';
import type { ChecklistItem } from '../../contract/checklist.js';
import type { Project } from './project.js';

export type Answer = 'yes' | 'no' | 'unknown';

export interface Asked {
  readonly id: string;
  readonly answer: Answer;
  readonly because: string;
}

const askedSchema = z.array(
  z.object({ id: z.string(), verdict: z.object({ answer: z.enum(['yes', 'no', 'unknown']), because: z.string() }) }),
);

/** Every item that a machine can answer, of this slot, now; `only` these. */
export async function askItems(
  project: Project,
  { version, slot, only }: { readonly version: string; readonly slot: string; readonly only?: readonly string[] },
): Promise<Asked[]> {
  if (only?.length === 0) return [];
  const words = ['checklist', 'ask', 'local', version, '--slot', slot, '--json'];
  const asked = await project.crossfade(only === undefined ? words : [...words, '--item', ...only]);
  const parsed = askedSchema.safeParse(jsonOf(asked.stdout));
  if (!parsed.success) throw new Error(`checklist ask: ${asked.all}`);
  return parsed.data.map(({ id, verdict }) => ({ id, ...verdict }));
}

/** The live slot is not compared with itself; beside it the one before is. */
export function comparesWithLive({ check }: ChecklistItem): boolean {
  return check.kind === 'metric' && [check.pass, check.alarm, check.rollback].some((bound) => bound?.than === 'live');
}

function jsonOf(said: string): unknown {
  try {
    return JSON.parse(said) as unknown;
  } catch {
    return undefined;
  }
}
