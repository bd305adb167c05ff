import { generateKeyPairSync } from 'node:crypto';
import type { Approver, Approvers } from '../../contract/approver.js';
import { statementText, type Decision, type DecisionKind, type Statement } from '../../contract/decision.js';
import { publicKeyOf, signText } from '../../contract/ed25519.js';
import { digestOf } from '../../contract/json.js';
import type { Event } from '../../contract/event.js';
import { planHash, type Plan } from '../../contract/plan.js';
import type { Asking } from '../../pipeline/people/asking.js';
import { peopleGate } from '../../pipeline/people/people-gate.js';
import type { People } from '../../pipeline/people/people.js';
import { vouch } from '../../pipeline/people/vouch.js';
import { withLive } from './fake-run.js';
import { someRelease } from './product.js';

export function newKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** People with keys, and what they have put down; read as the store's are. */
export class SomeApprovers implements People {
  readonly keys: Readonly<Record<string, string>>;
  approvers: Approvers;
  readonly said: Decision[] = [];

  constructor(names: readonly string[], more: Readonly<Record<string, Partial<Approver>>> = {}) {
    this.keys = Object.fromEntries(names.map((name) => [name, newKey()]));
    this.approvers = Object.fromEntries(
      Object.entries(this.keys).map(([name, key]) => [
        name,
        { key: publicKeyOf(key), alsoKnownAs: [], roles: [], ...more[name] },
      ]),
    );
  }

  decisions() {
    const listed = { approvers: this.approvers, accountsCount: false };
    return Promise.resolve(this.said.map((decision, line) => vouch(decision, listed, `decision ${line}`)));
  }

  decision(
    name: string,
    plan: Plan,
    item: string,
    changes: Partial<Statement> & { kind?: DecisionKind; words?: string; signedWith?: string } = {},
  ): Decision {
    const { words = 'looked at it', signedWith = name, ...about } = changes;
    const statement: Statement = {
      says: 'crossfade decision 1',
      kind: 'approved',
      environment: plan.environment,
      run: plan.run,
      plan: planHash(plan),
      item,
      approver: name,
      at: plan.createdAt,
      ...about,
      words: digestOf(words),
    };
    const signature = signText(statementText(statement), this.keys[signedWith] ?? newKey());
    return { format: 1, statement, words, identity: { by: 'key', signature } };
  }

  decides(...words: Parameters<SomeApprovers['decision']>): void {
    this.said.push(this.decision(...words));
  }
}

export function someAsking(changes: Partial<Asking> = {}): Asking {
  return {
    item: 'leads',
    title: 'two leads approve',
    asks: 'approval',
    role: 'lead',
    count: 2,
    holders: ['grace', 'linus', 'ada'],
    otherwise: 'hold',
    ...changes,
  };
}

/** The plan with this asked of people before its first change. */
export function asksFirst(plan: Plan, asking: Asking): Plan {
  return { ...plan, steps: [peopleGate(asking), ...plan.steps] };
}

/** A journal in which two of them have approved before the first change. */
export async function askPeopleOf(people: SomeApprovers): Promise<Event[]> {
  const fake = await withLive(someRelease('1.0.0'));
  const plan = asksFirst(await fake.plan(someRelease('2.0.0')), someAsking());
  for (const name of Object.keys(people.keys).slice(0, 2)) people.decides(name, plan, 'leads');
  await fake.start(plan, { people });
  return fake.events;
}
