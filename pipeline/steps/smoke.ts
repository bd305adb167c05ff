import { counted } from '../../contract/counted.js';
import { z } from 'zod';
import { VerdictError } from '../endings.js';
import type { Context, Step } from '../step.js';
import { mixedVisits, whyNot, type MixedVisits, type ServiceCheck } from './mixed-visits.js';

/** `mixed`: also as a visitor whose requests go to both slots. Earlier plans don't say. */
export const smokeArguments = z.strictObject({ mixed: z.boolean().default(false) });

/** Every service's health and smoke checks, through the route that users don't get. */
export function smoke({ mixed }: z.infer<typeof smokeArguments>): Step {
  return {
    kind: 'look',
    blamesRelease: true,
    async run(context) {
      const { plan, platform, signal } = context;
      const slowest: Record<string, number> = {};
      const checks = checksOf(context);
      for (const each of checks) {
        const { service, check } = each;
        const asked = { service, method: check.method, path: check.path };
        const answer = await platform.slots.probe(plan.to, asked, signal);
        const because = whyNot(each, answer);
        if (because !== undefined) throw new VerdictError({ answer: 'no', because, evidence: {} });
        slowest[service] = Math.max(slowest[service] ?? 0, answer.milliseconds);
      }
      const evidence = { checks: checks.length, slowestMilliseconds: slowest };
      const because = counted(checks.length, 'check');
      if (!mixed || plan.from === null) return { because, evidence };
      const visits = await mixedVisits(context, plan.from, checks);
      const { cookies, leftOut, checks: count } = visits;
      const told = { checks: count, cookies: [...cookies], leftOut };
      return { because: `${because}; ${describe(visits)}`, evidence: { ...evidence, mixed: told } };
    },
  };
}

function describe({ checks, cookies, leftOut }: MixedVisits): string {
  if (checks === 0) return 'visits to both releases: nothing to try, since no check sets a cookie';
  const but = leftOut === 0 ? '' : ` (${leftOut} left out, which the live release doesn't pass)`;
  return `${checks} more as a visitor of both releases, with cookies ${cookies.join(', ')}${but}`;
}

function checksOf({ plan }: Context): ServiceCheck[] {
  return Object.entries(plan.outputs.services).flatMap(([service, definition]) => {
    if (definition.kind !== 'routed' || !plan.input || !(service in plan.input.release.artifacts)) return [];
    const health = { path: definition.health.path, method: 'GET' as const, status: 200, contains: undefined };
    return [health, ...definition.smoke].map((check) => ({ service, check }));
  });
}
