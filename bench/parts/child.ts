import { fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

export interface Child {
  readonly pid: number;
  readonly port: number;
  /** What it answers to a message. */
  ask<Schema extends z.ZodType>(schema: Schema): Promise<z.output<Schema>>;
  end(): void;
}

/** Starts a program of this folder in a process of its own and waits until it listens. */
export async function startChild(program: string, ...args: readonly string[]): Promise<Child> {
  const here = fileURLToPath(import.meta.url);
  const child = fork(join(dirname(here), `${program}${extname(here)}`), args);
  const next = (): Promise<unknown> => new Promise((resolve) => child.once('message', resolve));
  const { port } = z.object({ port: z.int() }).parse(await next());
  return {
    pid: child.pid ?? 0,
    port,
    ask: async (schema) => {
      const answer = next();
      child.send('?');
      return schema.parse(await answer);
    },
    end: () => child.disconnect(),
  };
}

/** Microseconds of processor time that a process has used; undefined where the system has no /proc. */
export async function processorTime(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // User and system time, in ticks of 10 ms.
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}
