import type { Event } from '../contract/event.js';
import { IntegrityError } from '../contract/errors.js';
import type { JsonObject } from '../contract/json.js';
import { weightsSchema, wholeColour, type Weights } from '../contract/weights.js';
import { isOver, type RunState, type StepState } from './run-state.js';

type Mutable<Part> = { -readonly [Key in keyof Part]: Part[Key] };

/** What a journal amounts to. Pure. Throws IntegrityError when its first event is no plan. */
export function foldRun(events: readonly Event[]): RunState {
  const [first] = events;
  if (first?.body.kind !== 'planned') throw new IntegrityError('a journal begins with its plan');
  const { plan, hash } = first.body;
  const state: Mutable<RunState> = {
    run: first.run,
    plan,
    hash,
    steps: plan.steps.map(pending),
    open: undefined,
    turned: undefined,
    fired: undefined,
    ended: undefined,
    weights: plan.weightsBefore,
    lived: [],
    started: first.at,
    last: first.at,
    token: first.token,
    people: [plan.requestedBy],
    resumed: 0,
  };
  for (const event of events) {
    foldStep(state, event);
    foldCourse(state, event);
    state.last = event.at;
    state.token = event.token;
    if (!state.people.includes(event.by)) state.people = [...state.people, event.by];
  }
  state.open = openStep(state);
  return state;
}

/** A run that has turned leaves its last look without an end: what counts then is what it is putting back. */
function openStep(state: RunState): StepState | undefined {
  if (isOver(state)) return undefined;
  const last = (status: StepState['status']) => state.steps.findLast((step) => step.status === status);
  return last('undoing') ?? last('began');
}

function pending(planned: StepState['planned']): StepState {
  const nothing = { because: '', evidence: {}, began: undefined, ended: undefined, times: 0, verdict: undefined };
  return { planned, status: 'pending', ...nothing, waived: undefined };
}

function foldStep(state: Mutable<RunState>, event: Event): void {
  const { body } = event;
  if (!('step' in body) || body.step === undefined) return;
  const id = body.step;
  state.steps = state.steps.map((step) => (step.planned.id === id ? { ...step, ...changed(step, event) } : step));
}

function changed(step: StepState, { at, body }: Event): Partial<StepState> {
  switch (body.kind) {
    case 'began':
      return { status: 'began', began: step.began ?? at, ended: undefined, times: step.times + 1 };
    case 'passed':
      return { status: 'passed', because: body.because, evidence: body.evidence, ended: at };
    case 'skipped':
      return { status: 'skipped', because: body.because, ended: at };
    case 'failed':
      return { status: 'failed', because: body.failure.message, ended: at };
    case 'asked':
      return {
        ...verdict(body),
        status: body.answer === 'yes' ? 'passed' : 'failed',
        because: body.because,
        ended: at,
      };
    case 'waived':
      return { status: 'passed', waived: { because: body.because, by: body.by } };
    case 'judged':
      return verdict(body);
    case 'undo-began':
      return { status: 'undoing' };
    case 'undone':
      return { status: 'undone', ended: at };
    case 'undo-failed':
      return { status: 'undo-failed', because: body.failure.message, ended: at };
    default:
      return {};
  }
}

function verdict({ answer, because, evidence }: NonNullable<StepState['verdict']>): Pick<StepState, 'verdict'> {
  return { verdict: { answer, because, evidence } };
}

function foldCourse(state: Mutable<RunState>, { at, by, body }: Event): void {
  switch (body.kind) {
    case 'turned':
      state.turned = { ...without(body), at };
      break;
    case 'fired':
      state.fired = { ...without(body), at };
      moved(state, body.weights, at, "the dead-man's switch");
      break;
    case 'resumed':
      state.ended = undefined;
      state.resumed += 1;
      moved(state, body.weights, at, by);
      break;
    case 'ended':
      state.ended = { ...without(body), at };
      moved(state, body.weights, at, state.turned?.by ?? by);
      break;
    case 'passed':
    case 'undone':
      moved(state, weightsIn(body.evidence) ?? null, at, state.turned?.by ?? state.plan.requestedBy);
      break;
    default:
      break;
  }
}

function without<Body extends { readonly kind: string }>({ kind: _kind, ...rest }: Body): Omit<Body, 'kind'> {
  return rest;
}

/** The weights that a step left behind, where it says so. */
function weightsIn({ weights }: JsonObject): Weights | undefined {
  const parsed = weightsSchema.safeParse(weights);
  return parsed.success ? parsed.data : undefined;
}

function moved(state: Mutable<RunState>, weights: Weights | null, at: string, by: string): void {
  if (weights === null) return;
  state.weights = weights;
  const whole = wholeColour(weights);
  const before = state.lived.at(-1)?.colour ?? (state.plan.weightsBefore === null ? undefined : state.plan.from);
  if (whole !== undefined && whole !== before) state.lived = [...state.lived, { colour: whole, at, by }];
}
