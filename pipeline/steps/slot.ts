import { counted } from '../../contract/counted.js';
import { z } from 'zod';
import { VerdictError } from '../endings.js';
import { runningAsAsked } from '../outcome.js';
import type { Context, Step } from '../step.js';

export const provisionArguments = z.strictObject({});
export const outcomeArguments = z.strictObject({});
export const probeArguments = z.strictObject({});

export function provision(): Step {
  return {
    kind: 'change',
    blamesRelease: true,
    async run({ plan, platform, work }) {
      if (!plan.input) throw new Error('provisioning needs a plan with an input');
      return { evidence: await platform.slots.provision(plan.to, plan.input, work) };
    },
    // Without traffic it harms nobody, and what went wrong can still be looked at.
    async undo({ plan, platform, work }) {
      const left = `${plan.to} stands without traffic`;
      const shrinks = plan.from === null ? undefined : await platform.slots.letShrink?.(plan.from, work);
      return { left, ...(shrinks === undefined ? {} : { shrinks }) };
    },
  };
}

/** Nobody may have to go back to it any more in a hurry, so it need not be kept as large as it was. */
export function letShrink(): Step {
  return {
    kind: 'change',
    async run({ plan, platform, work }) {
      if (plan.from === null) return { evidence: {} };
      return { evidence: (await platform.slots.letShrink?.(plan.from, work)) ?? {} };
    },
    // What it undid is undone on the way back as well.
    undo: () => Promise.resolve({}),
  };
}

/** The platform refuses it, before anything is touched, while the slot has weight or requests in flight. */
export function destroySlot(): Step {
  return {
    kind: 'one-way',
    async run({ plan, platform, work }) {
      return { evidence: await platform.slots.destroy(plan.to, work) };
    },
  };
}

/** 'Deployed' is a fact seen on every replica, not an exit code. */
export function assertOutcome(): Step {
  return {
    kind: 'look',
    blamesRelease: true,
    async run({ plan, platform, signal }) {
      if (!plan.input) throw new Error('asserting an outcome needs a plan with an input');
      const verdict = runningAsAsked(await platform.slots.state(plan.to, signal), plan.input, plan.outputs.services);
      if (verdict.answer !== 'yes') throw new VerdictError(verdict);
      return verdict;
    },
  };
}

const warmUpRounds = 3;

/** Fills caches and compiles code through the test route, so that the first users don't pay for it. */
export function warmUp(): Step {
  return {
    kind: 'look',
    blamesRelease: true,
    async run(context) {
      let requests = 0;
      for (const [service, definition] of routed(context)) {
        for (const path of definition.warmUp) {
          for (let round = 0; round < warmUpRounds; round += 1) {
            const answer = await context.platform.slots.probe(
              context.plan.to,
              { service, method: 'GET', path },
              context.signal,
            );
            requests += 1;
            if (answer.status >= 500) refuse(`${service} answered ${answer.status} to GET ${path} while warming up`);
          }
        }
      }
      return { because: counted(requests, 'request'), evidence: { requests } };
    },
  };
}

function refuse(because: string): never {
  throw new VerdictError({ answer: 'no', because, evidence: {} });
}

function routed({ plan }: Context) {
  return Object.entries(plan.outputs.services).flatMap(([name, service]) =>
    service.kind === 'routed' && plan.input && name in plan.input.release.artifacts ? [[name, service] as const] : [],
  );
}
