import { eventSchema, type Event } from '../contract/event.js';
import { digestOf } from '../contract/json.js';
import { planHash } from '../contract/plan.js';
import { refuseOtherFormat } from './parse-record.js';
import type { StoredRecord } from './store.js';

/** Where a journal ends: kept in the lease too, so that a tail that was cut off is missed. */
export interface Head {
  readonly run: string;
  readonly sequence: number;
  readonly hash: string;
}

/** What the event at sequence 0 has for `previous`. */
export const beginning = `sha256:${'0'.repeat(64)}`;

/** Undefined when the line is not an event; throws StoreError when it is one of a format that this version can't read. */
export function readEvent({ text, sequence }: StoredRecord, run: string): Event | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  refuseOtherFormat(value, `run ${run}, event ${sequence}`);
  const parsed = eventSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** One thing that is wrong with a journal, at the event where it is. */
export interface Finding {
  readonly sequence: number;
  readonly says: string;
}

export interface Chain {
  /** Those that can be read, in order. */
  readonly events: readonly Event[];
  /** Everything that is wrong, at most one finding an event; empty when the chain is whole. */
  readonly findings: readonly Finding[];
}

/** Throws StoreError for an unknown format. */
export function readChain(records: readonly StoredRecord[], run: string): Chain {
  const links = records.map((record): Link => {
    return { sequence: record.sequence, event: readEvent(record, run), hash: digestOf(record.text) };
  });
  const findings = links.flatMap((link, index) => checkLink(link, links[index - 1], links[index + 1], run));
  return {
    events: links.map(({ event }) => event).filter((event) => event !== undefined),
    findings: findings.filter((one, index) => findings.findIndex((other) => other.sequence === one.sequence) === index),
  };
}

interface Link {
  readonly sequence: number;
  readonly event: Event | undefined;
  readonly hash: string;
}

function checkLink(
  { sequence, event, hash }: Link,
  before: Link | undefined,
  after: Link | undefined,
  run: string,
): Finding[] {
  const expected = before === undefined ? 0 : before.sequence + 1;
  if (sequence !== expected) {
    return [
      { sequence: expected, says: sequence - expected === 1 ? 'missing' : `missing, with all up to ${sequence - 1}` },
    ];
  }
  if (!event) return [{ sequence, says: 'altered: no longer an event' }];
  const contradicting = contradictions(event, sequence, run, before?.event).map((says) => ({ sequence, says }));
  if (event.previous === (before?.hash ?? beginning) || (before && !before.event)) return contradicting;
  // Where the event after doesn't continue this one either, it is this one's own link that was touched.
  const touched = before === undefined || (after?.event !== undefined && after.event.previous !== hash);
  if (touched) return [{ sequence, says: 'altered: its link to the event before is broken, and so is the next one' }];
  const orThis = after === undefined ? `, or event ${sequence} is altered` : '';
  return [
    { sequence: before.sequence, says: `altered: event ${sequence} continues something else${orThis}` },
    ...contradicting,
  ];
}

function contradictions(event: Event, sequence: number, run: string, before: Event | undefined): string[] {
  const says: string[] = [];
  if (event.run !== run) says.push(`belongs to run ${event.run}`);
  if (event.sequence !== sequence) says.push(`calls itself event ${event.sequence}`);
  if (before && event.token < before.token)
    says.push(`token ${event.token} after token ${before.token}: a fenced process wrote it`);
  if ((event.body.kind === 'planned') !== (sequence === 0))
    says.push('a plan stands at the beginning and nowhere else');
  if (event.body.kind === 'planned' && planHash(event.body.plan) !== event.body.hash)
    says.push('the plan does not have the hash that was approved');
  return says;
}
