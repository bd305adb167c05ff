import type { Outcome } from '../../contract/event.js';
import type { Ended } from '../run-crossfade.js';
import type { RunLog } from '../run-log.js';
import type { Stage } from '../stage.js';
import { failed } from '../traffic-log.js';

const count = new Intl.NumberFormat('en');

export function outcomeFact(stage: Stage, ended: Ended, log: RunLog, wanted: { code: number; outcome: Outcome }): void {
  const outcome = log.last('ended')?.outcome ?? 'no end';
  const holds = ended.code === wanted.code && outcome === wanted.outcome;
  stage.fact(holds, `the run says '${outcome.replace('-', ' ')}', the command's exit code is ${ended.code ?? 'none'}`);
}

/** Since the second at `from`, nothing failed but what these releases answered under their own names. */
export async function failureFact(stage: Stage, from: number, bad: readonly string[] = []): Promise<void> {
  await stage.traffic.next();
  const all = stage.traffic.since(from);
  const others = stage.traffic.since(from, ({ version }) => version === null || !bad.includes(version));
  const reasons = Object.entries(others.failures).map(([reason, times]) => `${times} × ${reason}`);
  const told = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`;
  stage.fact(
    failed(others) === 0,
    `${count.format(all.requests)} requests of users meanwhile, ${failed(others)} failed by the deployment${told}`,
  );
}

export async function answeringFact(stage: Stage, wanted: string): Promise<void> {
  const found = await stage.answering();
  stage.fact(found === wanted, `users are answered by ${found}`);
}
