import { describeDuration } from '../../contract/duration.js';
import { DriftError, PlatformError } from '../../contract/errors.js';
import type { Verdict } from '../../contract/verdict.js';
import { describeWeights, sameWeights, wholeColour } from '../../contract/weights.js';
import type { JudgementRequest } from '../analysis/judgement-request.js';
import { Watch } from '../analysis/watch.js';
import { HeldError, Turn, VerdictError } from '../endings.js';
import { PeopleWatch } from '../people/people-watch.js';
import type { Mark } from '../ports/mark.js';
import { routedServicesOf } from '../routed-services.js';
import type { Context, Passed, Step } from '../step.js';
import type { JudgeArguments } from './judge-arguments.js';
import { MetricWatch } from './metric-watch.js';

const lookEvery = 1_000;

/**
 * Watches the slot under its share of traffic for at least `hold`, comparing it with its limits and the other slot. Where
 * people are asked too, it watches on until they have decided.
 */
export function judge(options: JudgeArguments): Step {
  return {
    kind: 'look',
    blamesRelease: true,
    async run(context) {
      const people = new PeopleWatch(context, options.people?.asked ?? []);
      const metrics = new MetricWatch(context, options.items);
      people.begin();
      try {
        return await watchUntilGood(context, options, people, metrics);
      } finally {
        metrics.stop();
        people.end();
      }
    },
  };
}

async function watchUntilGood(
  context: Context,
  options: JudgeArguments,
  people: PeopleWatch,
  metrics: MetricWatch,
): Promise<Passed> {
  const { clock, plan, signal, work } = context;
  const watch: Watching = {
    mark: await beginning(context, options.shift),
    opened: clock.monotonic(),
    began: clock.monotonic(),
    judge: new Watch(requestOf(context, options)),
    answer: undefined,
    told: clock.monotonic(),
  };
  for (;;) {
    const own = await look(context, options, watch);
    await metrics.tellAlarms(own);
    const verdict = metrics.look(own);
    const watched = clock.monotonic() - watch.began;
    const waited = clock.monotonic() - watch.opened;
    if (verdict.answer === 'no') throw new VerdictError(verdict, { unrecorded: true });
    if (verdict.answer !== watch.answer || clock.monotonic() - watch.told >= context.judgedAgainAfter) {
      watch.answer = verdict.answer;
      watch.told = clock.monotonic();
      await context.record({ kind: 'judged', step: context.step, ...verdict });
    }
    const passed = decide(verdict, { watched, waited }, options, plan.rules.unknownFor);
    const decided = decidedBy(people.verdict, waited, options);
    if (passed && decided) return { ...passed, evidence: { ...passed.evidence, ...people.verdict.evidence } };
    const open = passed ? people.verdict.because : verdict.because;
    work.say(`${describeWeights(options.weights)}, ${describeDuration(watched)}: ${open}`);
    await clock.sleep(lookEvery, signal);
  }
}

/** False: they are still waited for. Their no, or their silence, says nothing of the release's digests. */
function decidedBy({ answer, because }: Verdict, waited: number, options: JudgeArguments): boolean {
  if (answer === 'yes') return true;
  if (answer === 'no') throw new Turn(because, 'people', 'abort');
  const within = options.holdMilliseconds + (options.people?.withinMilliseconds ?? 0);
  if (waited < within) return false;
  const late = `no decision after ${describeDuration(waited)}: ${because}`;
  if (wholeColour(options.weights) !== undefined) throw new HeldError(late);
  throw new Turn(late, 'people', 'undecided');
}

interface Watching {
  mark: Mark;
  /** When the step began to watch: losing counters again and again must not make it wait for ever. */
  readonly opened: number;
  /** Since when there are counters. */
  began: number;
  judge: Watch;
  answer: Verdict['answer'] | undefined;
  /** When the answer was recorded last. */
  told: number;
}

/** Undefined: watch on. */
function decide(
  verdict: Verdict,
  { watched, waited }: { readonly watched: number; readonly waited: number },
  { weights, holdMilliseconds }: JudgeArguments,
  unknownFor: number,
): Passed | undefined {
  if (verdict.answer === 'yes') return watched >= holdMilliseconds ? verdict : undefined;
  if (waited < Math.max(holdMilliseconds, unknownFor)) return undefined;
  const because = `still unknown after ${describeDuration(waited)}: ${verdict.because}`;
  if (wholeColour(weights) !== undefined) throw new HeldError(because);
  throw new VerdictError({ ...verdict, because });
}

async function look(context: Context, options: JudgeArguments, watch: Watching): Promise<Verdict> {
  const { platform, signal, clock } = context;
  try {
    await refuseDrift(context, options.weights);
    const observation = await platform.metrics.observe(watch.mark, signal);
    if (observation.complete) return watch.judge.look(observation);
    // What was seen before the counters were lost can't be vouched for, so the watch begins again.
    watch.mark = await platform.metrics.mark();
    watch.began = clock.monotonic();
    watch.judge = new Watch(requestOf(context, options));
    return {
      answer: 'unknown',
      because: "the platform's counters were lost; watching from the beginning again",
      evidence: {},
    };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    return { answer: 'unknown', because: error.message, evidence: {} };
  }
}

function requestOf({ plan }: Context, { weights }: JudgeArguments): JudgementRequest {
  return {
    to: plan.to,
    // With all the traffic in one slot there is nothing to compare it with at the same time.
    from: wholeColour(weights) === undefined ? plan.from : null,
    services: routedServicesOf(plan),
    rules: plan.rules,
  };
}

async function beginning(context: Context, shift: string | null): Promise<Mark> {
  const recorded = shift === null ? undefined : context.evidenceOf(shift)?.['mark'];
  return typeof recorded === 'string' ? recorded : await context.platform.metrics.mark();
}

async function refuseDrift({ platform, signal }: Context, weights: JudgeArguments['weights']): Promise<void> {
  const reading = await platform.traffic.read(signal);
  if (reading.weights !== undefined && sameWeights(reading.weights, weights)) return;
  const found = reading.weights === undefined ? 'mixed' : describeWeights(reading.weights);
  throw new DriftError(`the weights moved under this run: found ${found}, expected ${describeWeights(weights)}`, {
    hint: "nothing was written over them: 'crossfade status' shows the ways on",
  });
}
