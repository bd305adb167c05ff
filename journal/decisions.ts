import { decisionSchema, type Decision } from '../contract/decision.js';
import { OperatorError, StoreError } from '../contract/errors.js';
import { canonicalJson } from '../contract/json.js';
import { parseRecord } from './parse-record.js';
import type { Store } from './store.js';

/** A line of what people have decided, or why it is none: what others write there must not keep a run from going on. */
export type DecisionLine =
  { readonly sequence: number; readonly decision: Decision } | { readonly sequence: number; readonly problem: string };

const triesAtAppending = 20;

/** Oldest first. */
export async function readDecisions(store: Store, environment: string, run: string): Promise<readonly DecisionLine[]> {
  const stream = decisionsStream(environment, run);
  const { records } = await store.read(stream);
  return records.map(({ sequence, text }) => {
    try {
      return { sequence, decision: parseRecord(decisionSchema, text, `line ${sequence} of ${stream}`) };
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      return { sequence, problem: error.message };
    }
  });
}

/** Durable once resolved. Whether it counts is for the run to say. */
export async function addDecision(store: Store, decision: Decision): Promise<void> {
  const { environment, run } = decision.statement;
  const stream = decisionsStream(environment, run);
  await store.mend(stream);
  for (let tried = 0; tried < triesAtAppending; tried += 1) {
    const sequence = ((await store.last(stream)) ?? -1) + 1;
    if ((await store.append(stream, sequence, canonicalJson(decision))) === 'appended') return;
  }
  throw new StoreError(`${stream}: others write to it faster than this process`, { retryable: true });
}

export function decisionsStream(environment: string, run: string): string {
  return `decisions/${environment}/${run}`;
}
