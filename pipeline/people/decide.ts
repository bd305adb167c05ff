import type { Approvers } from '../../contract/approver.js';
import { describeDuration } from '../../contract/duration.js';
import type { JsonObject } from '../../contract/json.js';
import { planHash, type Plan } from '../../contract/plan.js';
import type { Statement } from '../../contract/decision.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Asking } from './asking.js';
import { ownBecause } from './own.js';
import type { Vouched } from './people.js';

export interface Circumstances {
  readonly plan: Plan;
  readonly approvers: Approvers;
  readonly now: Date;
}

/** Clocks of two machines may differ by this much, in milliseconds. */
const skew = 5 * 60_000;

type Counted = Vouched & { readonly statement: Statement };

/**
 * Yes: enough people have said yes. No: one who may has said no, or the time for it is over. Unknown: they are waited
 * for. Each person counts once, by their newest word. Pure.
 */
export function decide(asking: Asking, said: readonly Vouched[], circumstances: Circumstances): Verdict {
  const { counted, refused } = countedIn(asking, said, circumstances);
  return verdictOf(asking, counted, refused, circumstances);
}

/** Who has said yes by now, each once. Pure. */
export function yesSayers(asking: Asking, said: readonly Vouched[], circumstances: Circumstances): string[] {
  const { counted } = countedIn(asking, said, circumstances);
  return counted.filter(({ statement }) => statement.kind !== 'rejected').map(nameOf);
}

function countedIn(asking: Asking, said: readonly Vouched[], circumstances: Circumstances) {
  const refused: string[] = [];
  const newest = new Map<string, Counted>();
  for (const each of said) {
    const { statement } = each;
    if (statement === undefined) {
      refused.push(`${each.found}: ${each.problem ?? 'says nothing'}`);
      continue;
    }
    if (statement.item !== asking.item && statement.run === circumstances.plan.run) continue;
    if (statement.kind === 'waived') continue;
    const refusal = refusalOf(each, statement, asking, circumstances);
    if (refusal === undefined)
      newest.set(statement.approver, later(newest.get(statement.approver), { ...each, statement }));
    else refused.push(`${each.found}: ${refusal}`);
  }
  return { counted: [...newest.values()], refused };
}

function verdictOf(
  asking: Asking,
  counted: readonly Counted[],
  refused: readonly string[],
  { plan, now }: Circumstances,
): Verdict {
  const { role, count, item, asks } = asking;
  const said = counted.filter(({ statement }) => statement.kind !== 'rejected');
  const evidence: JsonObject = {
    item,
    role,
    count,
    plan: planHash(plan),
    by: counted.map(({ statement, words, proof }) => ({ ...statementJson(statement), said: words, proof })),
    ...(refused.length === 0 ? {} : { refused: [...refused] }),
  };
  const rejected = counted.find(({ statement }) => statement.kind === 'rejected');
  if (rejected) {
    return { answer: 'no', because: `rejected by ${rejected.statement.approver}: ${rejected.words}`, evidence };
  }
  if (said.length >= count)
    return {
      answer: 'yes',
      because: `${asks === 'approval' ? 'approved' : 'signed'} by ${said.map(nameOf).join(' and ')}`,
      evidence,
    };
  const late = lateBecause(asking, plan, now);
  if (late !== undefined) return { answer: 'no', because: late, evidence };
  const because = [waitsFor(asking, said.map(nameOf), plan), ...refused.map((each) => `refused: ${each}`)].join('; ');
  return { answer: 'unknown', because, evidence };
}

/** Why this counts for nothing; undefined: it counts. Pure. */
export function refusalOf(
  { problem, words }: Vouched,
  statement: Statement,
  { role, holders, asks, expiresMilliseconds }: Asking,
  { plan, approvers, now }: Circumstances,
): string | undefined {
  const { approver, kind, at, expires } = statement;
  const whose = `${approver}'s word of ${at}`;
  if (statement.environment !== plan.environment) return `${whose} is about ${statement.environment}`;
  if (statement.run !== plan.run) return `${whose} is about run ${statement.run}, not this one`;
  if (statement.plan !== planHash(plan)) return `${whose} is about another plan than the one that would be carried out`;
  if (problem !== undefined) return problem;
  if (asks === 'approval' && kind === 'signed') return `${whose} is a sign-off, and an approval is asked for`;
  if (asks === 'sign-off' && kind === 'approved') return `${whose} is an approval, and what somebody saw is asked for`;
  if (!holders.includes(approver)) {
    return `${approver} does not hold the role ${role}; ${holders.length === 0 ? 'nobody does' : holders.join(', ')}`;
  }
  const own = asks === 'approval' && kind === 'approved' ? ownBecause(approver, approvers, plan) : undefined;
  if (own !== undefined) return `${own}, and nobody approves what is their own`;
  if (Date.parse(at) > now.getTime() + skew) {
    return `${whose} is dated ${describeDuration(Date.parse(at) - now.getTime())} ahead: clocks disagree`;
  }
  if (expires !== undefined && Date.parse(expires) <= now.getTime()) return `${whose} has expired at ${expires}`;
  if (expiresMilliseconds !== undefined && Date.parse(at) + expiresMilliseconds <= now.getTime()) {
    return `${whose} has expired: it counts for ${describeDuration(expiresMilliseconds)}`;
  }
  return words.trim() === '' ? `${whose} gives no reason` : undefined;
}

function waitsFor({ role, count, asks, holders, item }: Asking, said: readonly string[], plan: Plan): string {
  const open = holders.filter((holder) => !said.includes(holder));
  const have = said.length === 0 ? '' : `, ${said.join(' and ')} did`;
  const what =
    asks === 'approval' ? `${count - said.length} of ${count} approvals by ${role}` : `a sign-off by ${role}`;
  const command =
    asks === 'approval' ? `crossfade approve ${plan.run}` : `crossfade sign ${plan.run} ${item} --saw "…"`;
  return `waits for ${what}${have}: ${open.join(' or ') || 'somebody'} types '${command}'`;
}

function lateBecause({ expiresMilliseconds, otherwise }: Asking, plan: Plan, now: Date): string | undefined {
  if (otherwise !== 'refuse' || expiresMilliseconds === undefined) return undefined;
  if (Date.parse(plan.createdAt) + expiresMilliseconds > now.getTime()) return undefined;
  return `nobody has decided within ${describeDuration(expiresMilliseconds)}`;
}

function later(before: Counted | undefined, next: Counted): Counted {
  return before === undefined || Date.parse(next.statement.at) >= Date.parse(before.statement.at) ? next : before;
}

function nameOf({ statement }: Counted): string {
  return statement.approver;
}

function statementJson({ expires, ...statement }: Statement): JsonObject {
  return expires === undefined ? statement : { ...statement, expires };
}
