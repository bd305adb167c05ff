import { readEnvironment } from './process-table.js';

/** Variables that every process of a service carries, so that one whose pid file was lost is known by them. */
export interface Marks {
  readonly directory: string;
  readonly colour: string;
  readonly service: string;
}

export function markVariables(marks: Marks): Record<string, string> {
  return {
    CROSSFADE_DIRECTORY: marks.directory,
    CROSSFADE_COLOUR: marks.colour,
    CROSSFADE_SERVICE: marks.service,
  };
}

/** False also where the system does not show us the environment of a process. */
export async function carriesMarks(pid: number, marks: Marks): Promise<boolean> {
  const variables = await readEnvironment(pid);
  return Object.entries(markVariables(marks)).every(([name, value]) => variables?.get(name) === value);
}
