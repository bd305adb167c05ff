import type { Event } from '../../contract/event.js';
import type { JsonObject } from '../../contract/json.js';
import { foldRun } from '../../journal/fold.js';
import { between, lasted, type RunState, type StepState } from '../../journal/run-state.js';
import { askingSchema } from '../../pipeline/people/asking.js';

/** What auditors ask for, each taken out of the journal and nothing else. Pure. */
export interface EvidenceFacts {
  readonly record: JsonObject;
  readonly gates: readonly JsonObject[];
  readonly approvals: readonly JsonObject[];
  readonly samples: readonly JsonObject[];
  readonly durations: readonly JsonObject[];
  readonly rollback: readonly JsonObject[];
}

export function factsOf(events: readonly Event[]): EvidenceFacts {
  const state = foldRun(events);
  return {
    record: recordOf(state),
    gates: state.steps.filter(({ planned }) => isGate(planned)).map(gateOf),
    approvals: approvalsOf(events, state),
    samples: events.flatMap(({ at, body }) => (body.kind === 'judged' ? [{ at, ...body }] : [])),
    durations: state.steps.map(durationOf),
    rollback: events.flatMap(({ at, by, body }) =>
      goesBack.has(body.kind) ? [{ at, by, ...body } as JsonObject] : [],
    ),
  };
}

const goesBack: ReadonlySet<string> = new Set(['turned', 'undo-began', 'undone', 'undo-failed', 'fired']);

/** The fields of an audit record: when, which version, who, by whose leave, and how it ended. */
function recordOf({ run, plan, hash, started, last, ended, people, resumed }: RunState): JsonObject {
  const release = plan.input?.release;
  return {
    run,
    environment: plan.environment,
    action: plan.action,
    version: plan.release?.version ?? null,
    previousVersion: plan.previous?.version ?? null,
    commit: release?.commit ?? null,
    requestedBy: plan.requestedBy,
    actedBy: [...people],
    planHash: hash,
    checklist: plan.checklist ? { file: plan.checklist.file, digest: plan.checklist.digest } : null,
    started,
    ended: ended?.at ?? null,
    lastEvent: last,
    milliseconds: between(started, ended?.at ?? last),
    outcome: ended?.outcome ?? 'unfinished',
    weightsAtEnd: ended?.weights ?? null,
    millisecondsToGoBack: ended?.backMilliseconds ?? null,
    resumed,
  };
}

function isGate({ gate, use }: StepState['planned']): boolean {
  return gate || use === 'check-item' || use === 'verifications' || use === 'verify-backup' || use === 'smoke';
}

function gateOf({ planned, status, because, verdict, waived, evidence, ended }: StepState): JsonObject {
  return {
    step: planned.id,
    title: planned.title,
    status,
    answer: verdict?.answer ?? (status === 'passed' ? 'yes' : null),
    because: verdict?.because ?? because,
    evidence: verdict?.evidence ?? evidence,
    at: ended ?? null,
    waived: waived ? { ...waived } : null,
  };
}

/** Every decision that the run acted upon, and every waiver. */
function approvalsOf(events: readonly Event[], { plan }: RunState): JsonObject[] {
  const asking = new Map(
    plan.steps.flatMap((step) => {
      const parsed = askingSchema.safeParse(step.arguments);
      return parsed.success ? [[step.id, parsed.data] as const] : [];
    }),
  );
  return events.flatMap(({ at, body }): JsonObject[] => {
    if (body.kind === 'asked' && asking.has(body.step)) {
      return [{ at, step: body.step, answer: body.answer, because: body.because, evidence: body.evidence }];
    }
    if (body.kind === 'noted' && 'people' in body.evidence) {
      return [{ at, step: body.step ?? null, because: body.message, evidence: body.evidence }];
    }
    return body.kind === 'waived' ? [{ at, ...body, evidence: body.evidence ?? {} }] : [];
  });
}

function durationOf(step: StepState): JsonObject {
  const { planned, status, began, ended, times } = step;
  return {
    step: planned.id,
    title: planned.title,
    status,
    began: began ?? null,
    ended: ended ?? null,
    milliseconds: lasted(step) ?? null,
    times,
  };
}
