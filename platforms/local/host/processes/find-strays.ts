import { carriesMarks, type Marks } from './marks.js';
import { listProcesses, type RunningProcess } from './process-table.js';

/**
 * Processes of this service that have no pid file: whoever started them was killed before writing it. Group leaders
 * that no known replica started itself; found where the system shows us environments (Linux).
 */
export async function findStrays(marks: Marks, known: ReadonlySet<number>): Promise<RunningProcess[]> {
  const leaders = (await listProcesses()).filter(
    ({ pid, group, parent }) => pid === group && !known.has(pid) && !known.has(parent),
  );
  const ours = await Promise.all(leaders.map(({ pid }) => carriesMarks(pid, marks)));
  return leaders.filter((_, index) => ours[index]);
}
