import { z } from 'zod';
import { colours } from '../../contract/colour.js';
import { PlatformError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import { HeldError } from '../endings.js';
import { untilQuiet } from '../until-quiet.js';
import type { Maintenance } from '../ports/maintenance.js';
import type { Context, Step } from '../step.js';

export const maintenanceArguments = z.strictObject({ because: z.string(), forMilliseconds: z.number().positive() });
export const maintenanceOffArguments = z.strictObject({ step: z.string() });

/** Evidence of the step that has shown the page. */
const shownSchema = z.object({
  owner: z.string(),
  own: z.boolean(),
  forMilliseconds: z.number(),
  /** Left out by earlier versions. */
  since: z.string().optional(),
});

const drainWithin = 60_000;

/**
 * Users get the page from here on, and those on their way are waited for. A page that somebody has switched on before
 * is used and left on at the end.
 */
export function maintenanceOn({ because, forMilliseconds }: z.infer<typeof maintenanceArguments>): Step {
  return {
    kind: 'change',
    async run(context) {
      const maintenance = maintenanceOf(context);
      const before = await maintenance.read(context.signal);
      const owner = before?.owner ?? context.plan.run;
      const forThis = Math.max(forMilliseconds, before?.remainingMilliseconds ?? 0);
      const { since } = await maintenance.on({
        owner,
        because: before?.because ?? because,
        forMilliseconds: forThis,
      });
      const waited = await drained(context);
      const own = owner === context.plan.run;
      const who = own ? 'users get the maintenance page' : `the page of ${owner} is on and stays on`;
      return {
        because: `${who}; requests on their way ended within ${waited} ms`,
        evidence: { owner, own, forMilliseconds, since },
      };
    },
    async undo({ platform, plan }) {
      const ended = await platform.maintenance?.off(plan.run);
      return { ended: ended !== undefined };
    },
  };
}

/** From here on users write again: what was done behind the page is no longer taken back. */
export function maintenanceOff({ step }: z.infer<typeof maintenanceOffArguments>): Step {
  return {
    kind: 'one-way',
    async run(context) {
      const { plan } = context;
      const { own, owner } = parse(shownSchema, context.evidenceOf(step), `evidence of ${step}`);
      if (!own) {
        return { because: `left on: it is ${owner}'s`, evidence: { owner } };
      }
      try {
        await maintenanceOf(context).off(plan.run);
      } catch (error) {
        if (!(error instanceof PlatformError)) throw error;
        // Whether users are in again is not known, so nothing may be taken back any more.
        throw new HeldError(`the maintenance page could not be ended: ${error.message}`, { cause: error });
      }
      return { because: 'users are served', evidence: {} };
    },
  };
}

/**
 * Runs what must not happen under users' eyes: the page's end is moved ahead of it for as long as it takes. Throws
 * PlatformError when the page is off, since users may have written in between.
 */
export async function behindMaintenance<Result>(
  context: Context,
  step: string,
  act: () => Promise<Result>,
): Promise<Result> {
  const { forMilliseconds } = parse(shownSchema, context.evidenceOf(step), `evidence of ${step}`);
  await renew(context, forMilliseconds);
  const over = new AbortController();
  const renewing = renewUntil(context, forMilliseconds, over.signal);
  try {
    return await act();
  } finally {
    over.abort();
    await renewing;
  }
}

async function renew(context: Context, forMilliseconds: number): Promise<void> {
  const maintenance = maintenanceOf(context);
  const now = await maintenance.read();
  if (now === undefined) {
    throw new PlatformError('the maintenance page is off: users may have written in between', {
      hint: "it ends by itself when its time is over, or by 'crossfade maintenance off'",
    });
  }
  const { owner, because, remainingMilliseconds } = now;
  await maintenance.on({ owner, because, forMilliseconds: Math.max(forMilliseconds, remainingMilliseconds) });
}

async function renewUntil(context: Context, forMilliseconds: number, over: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await context.clock.sleep(forMilliseconds / 4, over);
    } catch {
      return;
    }
    // A page that is gone is found by the next step that asks for it.
    await renew(context, forMilliseconds).catch(() => undefined);
  }
}

/** Why users may have written since the page was shown by this step; undefined: it was on all the time. */
export async function letInBecause(context: Context, step: string): Promise<string | undefined> {
  const evidence = context.evidenceOf(step);
  if (evidence === undefined) return 'whether the maintenance page was on is not on record';
  const { since } = parse(shownSchema, evidence, `evidence of ${step}`);
  const now = await maintenanceOf(context).read();
  if (now === undefined) return 'the maintenance page is off';
  return since === undefined || since === now.since ? undefined : 'the maintenance page was off in between';
}

/** Milliseconds until no request of users was in flight in either slot. */
async function drained(context: Context): Promise<number> {
  const began = context.clock.monotonic();
  const inFlight = await untilQuiet(context, colours, drainWithin);
  const waited = Math.round(context.clock.monotonic() - began);
  if (inFlight === 0) return waited;
  throw new PlatformError(`${inFlight} requests did not end within ${Math.round(waited / 1_000)} s`);
}

export function maintenanceOf({ platform }: Pick<Context, 'platform'>): Maintenance {
  if (platform.maintenance) return platform.maintenance;
  throw new PlatformError(`the ${platform.name} platform has no maintenance page`);
}
