import { z } from 'zod';
import { describeWindow } from '../../contract/announcement.js';
import { describeDuration } from '../../contract/duration.js';
import type { Event, Outcome } from '../../contract/event.js';
import type { MessageFact } from '../../contract/message-facts.js';
import type { Plan } from '../../contract/plan.js';
import { describeWeights } from '../../contract/weights.js';
import { foldRun } from '../../journal/fold.js';
import { between, type RunState } from '../../journal/run-state.js';
import { issueMark } from '../../messages/deliver.js';
import { judgementsOf, type Judgement } from '../report/judgements.js';
import { alarmsIn } from './alarms-in.js';
import { metricsText } from './metrics-text.js';
import { plainFact } from './plain-fact.js';

export type Facts = Readonly<Record<MessageFact, string>>;

const longestMetrics = 1_200;

/** What a message may state of a run, from its journal up to now; '-' for what it doesn't know. Pure. */
export function factsOf(events: readonly Event[], product: string): Facts {
  const state = foldRun(events);
  const { plan, hash, run, weights, started, last } = state;
  const judgements = judgementsOf(plan, events);
  const newest = judgements.at(-1);
  const facts: Record<MessageFact, string> = {
    action: plan.action,
    alarm: alarmsIn(events).at(-1)?.because ?? '',
    because: plan.because,
    checklist: checklistText(state),
    duration: describeDuration(between(started, last)),
    environment: plan.environment,
    errors: newest ? String(total(newest, 'errors')) : '',
    from: plan.from ?? '',
    issue: issueMark,
    metrics: newest ? metricsText(newest) : '',
    next: nextText(state),
    outcome: outcomeText(state),
    plan: hash.slice('sha256:'.length, 'sha256:'.length + 12),
    previous: plan.previous?.version ?? '',
    product,
    report: `crossfade report ${run}`,
    requests: newest ? String(total(newest, 'requests')) : '',
    requestedBy: plan.requestedBy,
    run,
    started: `${started.slice(0, 16).replace('T', ' ')} UTC`,
    step: stepText(state),
    to: plan.to,
    version: plan.release?.version ?? '',
    weights: weights === null ? '' : describeWeights(weights),
    window: windowText(state),
  };
  const plain = Object.entries(facts).map(([name, text]) => {
    const limit = name === 'metrics' ? longestMetrics : undefined;
    return [name, name === 'issue' ? text : plainFact(text, limit)];
  });
  return Object.fromEntries(plain) as Record<MessageFact, string>;
}

function total({ services }: Judgement, what: 'requests' | 'errors'): number {
  return services.reduce((sum, { requests, errors }) => sum + ((what === 'errors' ? errors : requests.slot) ?? 0), 0);
}

/** How many of the questions that were asked before the first change were answered by yes. */
function checklistText({ steps }: RunState): string {
  const asked = steps.filter(({ planned, verdict }) => planned.gate && verdict !== undefined);
  const yes = asked.filter(({ verdict }) => verdict?.answer === 'yes').length;
  const waived = asked.filter((step) => step.waived !== undefined).length;
  return `${yes} of ${asked.length} yes${waived === 0 ? '' : `, ${waived} waived`}`;
}

const announcedSchema = z.looseObject({ begins: z.iso.datetime(), ends: z.iso.datetime() });

/** As it was announced, where a window of the checklist has asked for that. */
function windowText({ steps }: RunState): string {
  const found = steps.map(({ verdict }) => announcedSchema.safeParse(verdict?.evidence['announced']));
  const announced = found.find(({ success }) => success)?.data;
  return announced === undefined ? '' : describeWindow(announced);
}

function stepText({ open, steps, ended }: RunState): string {
  if (ended) return 'ended';
  const title = (open ?? steps.findLast(({ status }) => status === 'passed'))?.planned.title;
  return title ?? 'not begun';
}

const words: Readonly<Record<Outcome, string>> = {
  completed: 'completed',
  refused: 'refused',
  'rolled-back': 'went back',
  'rollback-failed': 'THE ROLLBACK FAILED',
  held: 'waits for a decision',
  interrupted: 'was interrupted',
  aborted: 'was called off',
};

function outcomeText({ ended, fired, turned }: RunState): string {
  if (!ended) return fired?.because ?? (turned ? `going back: ${turned.because}` : 'goes on');
  return ended.outcome === 'completed' ? words.completed : `${words[ended.outcome]}: ${ended.because}`;
}

function nextText({ plan, run, ended, fired }: RunState): string {
  const { environment } = plan;
  if (!ended) {
    return fired
      ? `'crossfade resume ${environment}' ends the run`
      : `'crossfade status ${environment}' shows how far it is`;
  }
  switch (ended.outcome) {
    case 'completed':
      return afterCompleted(plan);
    case 'held':
    case 'interrupted':
      return `'crossfade resume ${environment}' goes on, 'crossfade abort ${environment}' undoes it`;
    case 'rollback-failed':
      return `look at once: 'crossfade status ${environment}'`;
    case 'rolled-back':
    case 'aborted':
    case 'refused':
      return `'crossfade report ${run}' shows why`;
  }
}

function afterCompleted({ action, from, environment }: Plan): string {
  if (action !== 'deploy' || from === null) return `'crossfade status ${environment}' shows what is live`;
  return `${from} keeps standing: 'crossfade rollback ${environment}' goes back`;
}
