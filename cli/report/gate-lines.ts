import type { Event } from '../../contract/event.js';
import type { Plan } from '../../contract/plan.js';
import type { Answer } from '../../contract/verdict.js';

/** What one gate answered last. */
export interface GateLine {
  readonly id: string;
  readonly title: string;
  /** Undefined: it was never asked. */
  readonly answer: Answer | undefined;
  readonly because: string;
  readonly waived: { readonly by: string; readonly because: string } | undefined;
}

export function gateLinesOf(plan: Plan, events: readonly Event[]): GateLine[] {
  const bodies = events.map(({ body }) => body);
  return plan.steps
    .filter(({ gate }) => gate)
    .map(({ id, title }) => {
      const asked = bodies.filter((body) => body.kind === 'asked').findLast(({ step }) => step === id);
      const waived = bodies.filter((body) => body.kind === 'waived').findLast(({ step }) => step === id);
      return { id, title, answer: asked?.answer, because: asked?.because ?? '', waived };
    });
}
