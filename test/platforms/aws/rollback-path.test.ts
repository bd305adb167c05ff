import { expect } from 'chai';
import { weightsTo } from '../../../contract/weights.js';
import { acquireLease } from '../../../journal/acquire-lease.js';
import { readLease } from '../../../journal/lease.js';
import type { Store } from '../../../journal/store.js';
import { shift } from '../../../pipeline/steps/shift.js';
import type { Context } from '../../../pipeline/step.js';
import { leaseFence } from '../../../platforms/aws/lease-fence.js';
import { routesOf } from '../../../platforms/aws/routes-of.js';
import { albTraffic } from '../../../platforms/aws/traffic.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { FakeAlb } from '../../support/fake-alb.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { MemoryStore } from '../../support/memory-store.js';

const routes = routesOf(awsOutputs());
const split = weightsTo('green', 10);

describe('between the decision to go back and the weights restored', () => {
  let alb: FakeAlb;
  let asked: string[];
  let context: Context;
  let ownership: Awaited<ReturnType<typeof acquireLease>>;

  beforeEach(async () => {
    const clock = new LeapingClock();
    alb = new FakeAlb(clock);
    for (const route of routes) {
      const forward = [
        { targetGroupArn: route.targetGroups.blue, weight: split.blue },
        { targetGroupArn: route.targetGroups.green, weight: split.green },
      ];
      alb.addRule({ arn: route.ruleArn, conditions: route.conditions.open, forward, stickySeconds: undefined });
    }
    asked = [];
    const store = watched(new MemoryStore(), asked);
    // Its clock stands still: nothing renews it, and its term is not over.
    const still = { monotonic: () => 0, now: () => clock.now(), sleep: untilAborted };
    ownership = await acquireLease(store, { environment: 'production', run: 'run-1', by: 'ada', clock: still });
    const highest = async () => (await readLease(store, 'production'))?.lease.token ?? 0;
    const traffic = albTraffic({ api: alb, routes, fence: leaseFence({ highest }), clock });
    context = {
      plan: { action: 'deploy', weightsBefore: weightsTo('blue', 100), outputs: awsOutputs() },
      platform: {
        abilities: { cohort: false, compareAndSet: false },
        traffic,
        deadMansSwitch: { disarm: () => Promise.resolve(void asked.push('disarm')) },
      },
      clock,
      token: ownership.token,
      work: { signal: new AbortController().signal, say: () => undefined },
    } as unknown as Context;
    asked.length = 0;
  });
  afterEach(() => ownership.abandon());

  const step = () => shift({ weights: split, expected: weightsTo('blue', 100) });
  const writesFirst = (): void => {
    expect(alb.calls.slice(0, routes.length)).to.deep.equal(routes.map(() => 'modifyRule'));
    expect(alb.calls.filter((call) => call === 'modifyRule')).to.have.length(routes.length);
    for (const { ruleArn, targetGroups } of routes) {
      const weights = alb.rule(ruleArn).forward?.map(({ targetGroupArn, weight }) => [targetGroupArn, weight]);
      expect(weights).to.deep.equal([
        [targetGroups.blue, 100],
        [targetGroups.green, 0],
      ]);
    }
  };

  it('there is one call per rule and none to anything else: the lease is not asked for, nor the rules', async () => {
    await ownership.checkLately();
    await step().undo?.(context);
    writesFirst();
    expect(asked, 'of the store, and of the switch once traffic is back').to.deep.equal(['disarm']);
  });

  it('a rollback that was typed is as short', async () => {
    const back = { ...context, plan: { ...context.plan, action: 'rollback' } } as Context;
    await shift({ weights: weightsTo('blue', 100), expected: weightsTo('green', 100) }).run(back);
    writesFirst();
    expect(asked).to.deep.equal(['disarm']);
  });

  it('fault 27: throttling is outlasted there, for minutes', async () => {
    alb.fail('modifyRule', 40);
    await step().undo?.(context);
    expect(alb.rule(routes[0]?.ruleArn ?? '').forward?.[0]?.weight).to.equal(100);
  });
});

/** Writes down what is asked of it. */
function watched(store: Store, asked: string[]): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...words: unknown[]): unknown => {
        asked.push(String(name));
        return (member as (...words: unknown[]) => unknown).apply(target, words);
      };
    },
  });
}

function untilAborted(_duration: number, signal?: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
}
