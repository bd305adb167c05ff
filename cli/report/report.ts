import type { Colour } from '../../contract/colour.js';
import type { Event } from '../../contract/event.js';
import type { Plan } from '../../contract/plan.js';
import { gateLinesOf, type GateLine } from './gate-lines.js';
import { judgementsOf, type Judgement } from './judgements.js';
import { momentsOf, outcomes, type Moment, type Tone } from './moments.js';
import { sharesOf, type Share } from './shares.js';
import { stepLinesOf, type StepLine } from './step-lines.js';

/** What the journal's own check says about it; journal/verify.ts gives it. */
export interface Proof {
  readonly head: { readonly sequence: number; readonly hash: string } | undefined;
  readonly findings: readonly { readonly sequence: number; readonly says: string }[];
  readonly provenTo: number | undefined;
}

/** Everything that the page shows, folded from a run's events. */
export interface Report {
  readonly plan: Plan;
  readonly planHash: string;
  readonly title: string;
  readonly outcome: { readonly words: string; readonly tone: Tone; readonly because: string };
  readonly live: { readonly colour: Colour; readonly version: string | undefined } | undefined;
  readonly began: number;
  readonly ended: number;
  /** Everybody whose process wrote to the journal. */
  readonly actors: readonly string[];
  readonly back:
    { readonly because: string; readonly by: string; readonly milliseconds: number | undefined } | undefined;
  readonly judged: { readonly requests: number; readonly errors: number };
  readonly moments: readonly Moment[];
  readonly shares: readonly Share[];
  readonly judgements: readonly Judgement[];
  readonly steps: readonly StepLine[];
  readonly gates: readonly GateLine[];
  readonly events: number;
  readonly proof: Proof;
}

/** The first event must be the plan, as in every journal. */
export function reportOf(events: readonly Event[], proof: Proof): Report {
  const first = events[0];
  if (first?.body.kind !== 'planned') throw new Error('a journal begins with its plan');
  const { plan, hash } = first.body;
  const bodies = events.map(({ body }) => body);
  const ended = bodies.findLast((body) => body.kind === 'ended');
  const turned = bodies.find((body) => body.kind === 'turned');
  const judgements = judgementsOf(plan, events);
  return {
    plan,
    planHash: hash,
    title: titleOf(plan),
    outcome: ended
      ? { ...outcomes[ended.outcome], because: ended.because }
      : {
          words: 'Unfinished',
          tone: 'warn',
          because: 'The journal has no end: the run goes on, or its process was killed.',
        },
    live: ended?.live ? { colour: ended.live, version: versionIn(plan, ended.live) } : undefined,
    began: Date.parse(first.at),
    ended: Math.max(...events.map(({ at }) => Date.parse(at))),
    actors: [...new Set(events.map(({ by }) => by))],
    back: backOf(plan, turned, ended?.backMilliseconds),
    judged: judgedOf(judgements),
    moments: momentsOf(plan, events),
    shares: sharesOf(plan, events),
    judgements,
    steps: stepLinesOf(plan, events),
    gates: gateLinesOf(plan, events),
    events: events.length,
    proof,
  };
}

/** A run that turned, or one that was begun to go back. */
function backOf(
  plan: Plan,
  turned: { readonly because: string; readonly by: string } | undefined,
  milliseconds: number | undefined,
): Report['back'] {
  if (turned) return { because: turned.because, by: turned.by, milliseconds };
  return plan.action === 'rollback' ? { because: plan.because, by: plan.requestedBy, milliseconds } : undefined;
}

function titleOf({ action, environment, release, to }: Plan): string {
  const version = release?.version ?? to;
  switch (action) {
    case 'deploy':
      return `Deploy ${version} to ${environment}`;
    case 'rollback':
      return `Roll ${environment} back to ${version}`;
    case 'restore':
      return `Restore the database of ${environment}, with ${version}`;
    case 'create':
      return `Make ${to} of ${environment} again`;
    case 'retire':
      return `Retire ${to} of ${environment}`;
    case 'drill':
      return `Drill on ${environment}`;
  }
}

function versionIn(plan: Plan, colour: Colour): string | undefined {
  return (colour === plan.to ? plan.release : plan.previous)?.version;
}

/** Each share counts anew, so the shares' requests add up. */
function judgedOf(judgements: readonly Judgement[]): Report['judged'] {
  const services = judgements.flatMap((judgement) => judgement.services);
  return {
    requests: services.reduce((sum, { requests }) => sum + (requests.slot ?? 0), 0),
    errors: services.reduce((sum, { errors }) => sum + (errors ?? 0), 0),
  };
}
