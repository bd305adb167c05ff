import { z } from 'zod';
import { describeDuration } from '../../contract/duration.js';
import { PlatformError } from '../../contract/errors.js';
import type { SlotInput } from '../../contract/slot-input.js';
import { VerdictError } from '../endings.js';
import type { MigrationOptions } from '../ports/migration-options.js';
import { rehearsalDigest } from '../rehearsal/rehearsal-digest.js';
import { rehearseRelease } from '../rehearsal/rehearse-release.js';
import type { Context, Step } from '../step.js';

export const rehearseArguments = z.strictObject({
  backup: z.string().min(1),
  acceptForMilliseconds: z.number().nonnegative(),
  /** Contracting migrations that wait, as the step that migrates has them. */
  hold: z.array(z.string()).default([]),
  contracting: z.array(z.string()).default([]),
  contractBecause: z.string().optional(),
  /** As on the database itself; left out by earlier versions. */
  blockAtMostMilliseconds: z.number().positive().optional(),
  /** Somebody has said why it may be left out. */
  waived: z.strictObject({ because: z.string(), by: z.string() }).optional(),
});

/** Migrations on a copy of the database, before they run on the one in use. */
export function rehearse(options: z.infer<typeof rehearseArguments>): Step {
  const { backup, acceptForMilliseconds, hold, contracting, waived } = options;
  return {
    kind: 'change',
    async skip(context) {
      if (waived !== undefined) return `waived by ${waived.by}: ${waived.because}`;
      const { release } = inputOf(context);
      if (context.platform.rehearsals === undefined) return `on ${context.platform.name} nothing can be rehearsed here`;
      if (release.migrate === undefined) {
        const found = await context.platform.database?.migrations(release);
        const due = (found?.missing ?? []).filter((id) => !hold.includes(id)).length + (found?.differing ?? []).length;
        if (due === 0) return 'there is nothing to migrate';
      }
      return acceptedBecause(context, acceptForMilliseconds);
    },
    async run(context) {
      const { plan, platform, clock, work } = context;
      if (platform.rehearsals === undefined) throw new PlatformError(`on ${platform.name} nothing can be rehearsed`);
      const verdict = await rehearseRelease({
        rehearsals: platform.rehearsals,
        clock,
        work,
        services: plan.outputs.services,
        backup,
        run: plan.run,
        live: await liveInput(context),
        next: inputOf(context),
        options: { hold, contracting, ...definedOf(options) },
      });
      if (verdict.answer !== 'yes') throw new VerdictError(verdict);
      await note(context, verdict);
      return verdict;
    },
    // What a killed process has left of a copy, and of services on it.
    undo: async ({ plan, platform }) => ({ removed: [...((await platform.rehearsals?.sweep(plan.run)) ?? [])] }),
  };
}

function definedOf({ contractBecause, blockAtMostMilliseconds }: z.infer<typeof rehearseArguments>): MigrationOptions {
  return {
    ...(contractBecause === undefined ? {} : { contractBecause }),
    ...(blockAtMostMilliseconds === undefined ? {} : { blockAtMostMilliseconds }),
  };
}

async function acceptedBecause(context: Context, acceptFor: number): Promise<string | undefined> {
  const { platform, clock } = context;
  const digest = await digestOf(context);
  const good = await platform.proofs?.goodRehearsal(digest);
  if (good === undefined) return undefined;
  const age = Math.max(0, clock.now().getTime() - Date.parse(good.at));
  return age <= acceptFor ? `the same was rehearsed ${describeDuration(age)} ago: ${good.because}` : undefined;
}

async function note(context: Context, verdict: Pick<VerdictError['verdict'], 'because' | 'evidence'>): Promise<void> {
  const { plan, platform, clock } = context;
  const { because, evidence } = verdict;
  const milliseconds = typeof evidence['milliseconds'] === 'number' ? evidence['milliseconds'] : 0;
  await platform.proofs?.noteRehearsal({
    format: 1,
    digest: await digestOf(context),
    version: inputOf(context).release.version,
    backup: typeof evidence['backup'] === 'string' ? evidence['backup'] : '',
    at: clock.now().toISOString(),
    by: plan.requestedBy,
    milliseconds,
    answer: 'yes',
    because,
    evidence,
  });
}

async function digestOf(context: Context): Promise<string> {
  return rehearsalDigest(inputOf(context).release, (await liveInput(context))?.release);
}

async function liveInput({ plan, platform, signal }: Context): Promise<SlotInput | undefined> {
  return plan.from === null ? undefined : (await platform.slots.state(plan.from, signal)).input;
}

function inputOf({ plan }: Context): SlotInput {
  if (!plan.input) throw new Error('this step needs a plan with an input');
  return plan.input;
}
