import { z } from 'zod';
import { startChild } from './child.js';

const tallySchema = z.object({
  requests: z.number(),
  /** Answers by which a broken release itself says that it is broken. */
  ownErrors: z.number(),
  /** Everything else that was no good answer: by its status, or by what happened to the connection. */
  failures: z.record(z.string(), z.number()),
});

export interface Tally {
  readonly requests: number;
  readonly ownErrors: number;
  readonly failed: number;
  readonly failures: Readonly<Record<string, number>>;
}

export interface Load {
  soFar(): Promise<Tally>;
  end(): void;
}

/** Starts users in a process of their own; `perSecond` left out: each asks again as soon as it was answered. */
export async function startLoad(url: string, options: { users: number; perSecond?: number }): Promise<Load> {
  const child = await startChild('load-process', url, String(options.users), String(options.perSecond ?? 0));
  return {
    async soFar() {
      const tally = await child.ask(tallySchema);
      return { ...tally, failed: Object.values(tally.failures).reduce((sum, count) => sum + count, 0) };
    },
    end: () => child.end(),
  };
}
