import type { Event } from '../../contract/event.js';
import type { MessageMoment } from '../../contract/message-moment.js';
import type { Message, Tell } from '../../contract/outbox.js';
import type { Plan } from '../../contract/plan.js';
import { alarmsIn } from './alarms-in.js';
import { factsOf } from './facts-of.js';
import { fill } from './fill.js';
import { usualWords } from './usual-words.js';
import { withOrdinal } from './with-ordinal.js';

type Told = keyof typeof usualWords;

/**
 * All that is to be told of what this journal says so far, with the same ids whoever asks and whenever: so a process that
 * goes on after a crash tells what the crashed one did not. Lines of progress hang on the clock, and are not among them.
 */
export function dueMessages(events: readonly Event[], tells: readonly Tell[], product: string): Message[] {
  return occasionsIn(events).flatMap(({ moment, index }) =>
    messagesAt(moment, `${moment}-${index}`, events.slice(0, index + 1), tells, product),
  );
}

/** The `count`th line of progress of a run that goes on. */
export function progressMessages(
  events: readonly Event[],
  tells: readonly Tell[],
  product: string,
  count: number,
): Message[] {
  return messagesAt('progress', `progress-${count}`, events, tells, product);
}

function messagesAt(
  moment: Told,
  id: string,
  events: readonly Event[],
  tells: readonly Tell[],
  product: string,
): Message[] {
  const wanted = tells.filter((tell) => tell.moment === moment);
  const first = events[0];
  if (wanted.length === 0 || first === undefined) return [];
  const facts = factsOf(events, product);
  return wanted.map(({ receiver, severity, template = usualWords[moment] }, index) => ({
    id: withOrdinal(id, wanted, index),
    moment,
    severity,
    receiver,
    environment: facts.environment,
    run: first.run,
    ...fill(template, facts),
    facts,
  }));
}

interface Occasion {
  readonly moment: Exclude<Told, 'announced' | 'progress'>;
  readonly index: number;
}

function occasionsIn(events: readonly Event[]): Occasion[] {
  const first = events[0]?.body;
  if (first?.kind !== 'planned') return [];
  const alarms = new Set(alarmsIn(events).map(({ index }) => index));
  const begun = events.findIndex(({ body }) => body.kind === 'began');
  return events.flatMap(({ body }, index) => {
    if (index === begun) return isTold(first.plan, 'begun') ? [{ moment: 'begun', index }] : [];
    if (alarms.has(index)) return [{ moment: 'alarm', index }];
    if (body.kind === 'fired') return [{ moment: 'incident', index }];
    const moment = body.kind === 'ended' ? endedAs(first.plan, body.outcome) : undefined;
    if (moment === 'held' && isRepeated(events, index)) return [];
    return moment !== undefined && isTold(first.plan, moment) ? [{ moment, index }] : [];
  });
}

/** A run that waits is gone on with again and again: why it waits is told once. */
function isRepeated(events: readonly Event[], index: number): boolean {
  const ends = events.slice(0, index + 1).flatMap(({ body }) => (body.kind === 'ended' ? [body] : []));
  const [before, now] = ends.slice(-2);
  return before !== undefined && now !== undefined && before.outcome === now.outcome && before.because === now.because;
}

/** Making and retiring an idle slot concerns nobody but who does it, unless it goes wrong. */
function isTold({ action }: Plan, moment: MessageMoment): boolean {
  if (moment === 'held' || moment === 'incident') return true;
  return action === 'deploy' || action === 'rollback' || action === 'restore';
}

/** Undefined: nothing was changed, and whoever asked was told. */
function endedAs(
  { action }: Plan,
  outcome: Extract<Event['body'], { kind: 'ended' }>['outcome'],
): Occasion['moment'] | undefined {
  switch (outcome) {
    case 'completed':
      return action === 'rollback' ? 'rolled-back' : 'completed';
    case 'rolled-back':
    case 'aborted':
      return 'rolled-back';
    case 'rollback-failed':
      return 'incident';
    case 'held':
    case 'interrupted':
      return 'held';
    case 'refused':
      return undefined;
  }
}
