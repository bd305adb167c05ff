import type { Event } from '../contract/event.js';
import type { JsonObject } from '../contract/json.js';
import type { Plan } from '../contract/plan.js';
import type { Verdict } from '../contract/verdict.js';

export type Turning = Omit<Extract<Event['body'], { kind: 'turned' }>, 'kind'>;

/** How far a run has come, folded from its journal. */
export interface Progress {
  readonly plan: Plan;
  /** Steps that passed or were skipped, with their evidence. */
  readonly done: ReadonlyMap<string, JsonObject>;
  /** Every step that began, in the order of its first beginning. */
  readonly began: readonly string[];
  readonly undone: ReadonlySet<string>;
  /** The newest answer of every gate that was asked. */
  readonly asked: ReadonlyMap<string, Pick<Verdict, 'answer' | 'because'>>;
  readonly waived: ReadonlySet<string>;
  /** The run has decided to go back; it never goes forward again. */
  readonly turned: Turning | undefined;
  readonly ended: Extract<Event['body'], { kind: 'ended' }> | undefined;
}

/** The first event must be the plan. */
export function progressOf(events: readonly Event[]): Progress {
  const first = events[0]?.body;
  if (first?.kind !== 'planned') throw new Error('a journal begins with its plan');
  const done = new Map<string, JsonObject>();
  const began: string[] = [];
  const undone = new Set<string>();
  const asked = new Map<string, Pick<Verdict, 'answer' | 'because'>>();
  const waived = new Set<string>();
  let turned: Progress['turned'];
  let ended: Progress['ended'];
  for (const { body } of events) {
    switch (body.kind) {
      case 'began':
        if (!began.includes(body.step)) began.push(body.step);
        break;
      case 'passed':
        done.set(body.step, body.evidence);
        break;
      case 'skipped':
        done.set(body.step, {});
        break;
      case 'asked':
        asked.set(body.step, { answer: body.answer, because: body.because });
        break;
      case 'waived':
        waived.add(body.step);
        break;
      case 'undone':
        undone.add(body.step);
        break;
      case 'turned':
        turned ??= body;
        break;
      case 'ended':
        ended = body;
        break;
      case 'resumed':
        ended = undefined;
        break;
      default:
        break;
    }
  }
  return { plan: first.plan, done, began, undone, asked, waived, turned, ended };
}

/** An ended run is over; a held or interrupted one can be resumed. */
export function isFinal(progress: Progress): boolean {
  return progress.ended !== undefined && progress.ended.outcome !== 'held' && progress.ended.outcome !== 'interrupted';
}
