import { z } from 'zod';
import { parse } from '../../contract/parse.js';
import type { Release } from '../../contract/release.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Context, Gate } from '../step.js';

const reviewArguments = z.strictObject({
  longestBlockMilliseconds: z.number(),
  ownCommand: z.enum(['ask', 'trust']),
});

/** What the release does to the database neither breaks the live slot nor keeps its users waiting. */
export const migrationsReviewed: Gate = {
  async ask(context) {
    const { plan, platform, step, signal } = context;
    const planned = plan.steps.find(({ id }) => id === step);
    const { longestBlockMilliseconds, ownCommand } = parse(reviewArguments, planned?.arguments, `gate ${step}`);
    const release = releaseOf(context);
    const own = ownCommandVerdict(release, ownCommand);
    if (release.migrations.length === 0) return own ?? yes('the release has no migrations');
    if (platform.migrationReview === undefined) {
      const because = `the ${platform.name} platform has no review of migrations: 'crossfade migrations lint --release ${release.version}' reads them without the database`;
      return { answer: 'unknown', because, evidence: {} };
    }
    const limits = { longestBlockMilliseconds, liveMigrations: await liveMigrations(context) };
    const verdict = await platform.migrationReview.review(release, limits, signal);
    return verdict.answer === 'yes' && own?.answer === 'unknown' ? own : verdict;
  },
};

async function liveMigrations({ plan, platform, signal }: Context): Promise<readonly string[] | undefined> {
  if (plan.from === null) return undefined;
  const { input } = await platform.slots.state(plan.from, signal);
  return input?.release.migrations.map(({ id }) => id);
}

/** Undefined where the release brings no command of its own. */
function ownCommandVerdict({ migrate }: Release, rule: 'ask' | 'trust'): Verdict | undefined {
  if (migrate === undefined) return undefined;
  const because = `what ${migrate.command[0] ?? ''} of ${migrate.service} does to the database can't be seen from here`;
  const evidence = { ownCommand: [...migrate.command] };
  if (rule === 'trust')
    return { answer: 'yes', because: `${because}; rules.migrations.ownCommand trusts it`, evidence };
  const how = "review the SQL that it writes with 'crossfade migrations lint', then waive this gate";
  return { answer: 'unknown', because: `${because}: ${how}`, evidence };
}

function releaseOf({ plan }: Context): Release {
  if (!plan.input) throw new Error('this gate needs a plan with an input');
  return plan.input.release;
}

function yes(because: string): Verdict {
  return { answer: 'yes', because, evidence: {} };
}
