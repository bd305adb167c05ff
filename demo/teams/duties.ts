import { z } from 'zod';
import type { Project } from './project.js';

const listSchema = z.object({
  duties: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['check', 'person', 'retirement', 'tag']),
      status: z.string(),
      because: z.string(),
    }),
  ),
});
export type ListedDuty = z.infer<typeof listSchema>['duties'][number];

/** Done, or it waits for people. */
const tickEndsWith = [0, 7];

/** What `crossfade tick` leaves of what was due after a release. Throws where it ends otherwise than it may. */
export async function carryOutDuties(project: Project): Promise<ListedDuty[]> {
  const ticked = await project.crossfade(['tick', 'local', '--json']);
  if (!tickEndsWith.includes(ticked.exitCode ?? -1)) throw new Error(`tick: ${ticked.all}`);
  const listed = await project.crossfade(['duties', 'list', 'local', '--all', '--json']);
  if (listed.exitCode !== 0) throw new Error(`duties list: ${listed.all}`);
  return listSchema.parse(JSON.parse(listed.stdout)).duties;
}

/** Somebody says that they have done theirs. */
export async function sayDone(project: Project, id: string): Promise<void> {
  const words = ['duties', 'done', 'local', id, '--because', 'as the example goes', '--key', project.keyOf('first')];
  const said = await project.crossfade(words);
  if (said.exitCode !== 0) throw new Error(`duties done ${id}: ${said.all}`);
}
