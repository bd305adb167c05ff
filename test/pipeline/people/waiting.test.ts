import { expect } from 'chai';
import { StoreError } from '../../../contract/errors.js';
import type { EventBody } from '../../../contract/event.js';
import type { Plan } from '../../../contract/plan.js';
import { stepIdOf } from '../../../pipeline/item-of.js';
import { Turn } from '../../../pipeline/endings.js';
import { askingJson } from '../../../pipeline/people/asking.js';
import { asksFirst, SomeApprovers, someAsking } from '../../support/approvers.js';
import { withLive, type FakeRun } from '../../support/fake-run.js';
import { someRelease } from '../../support/product.js';

const minute = 60_000;
const item = 'leads';
const gates = (fake: FakeRun, step: string) =>
  fake.events.flatMap(({ body }) => (body.kind === 'asked' && body.step === step ? [body.answer] : []));

/** Acts so long after the first such event, on the fake clock. */
function atEvent(fake: FakeRun, is: (body: EventBody) => boolean, after: number, act: () => void): void {
  const before = fake.journalFault;
  let seen = false;
  fake.journalFault = (body) => {
    if (!seen && is(body)) {
      seen = true;
      void fake.clock.sleep(after).then(act);
    }
    return before(body);
  };
}

describe('a run that asks people before its first change', () => {
  let fake: FakeRun;
  let people: SomeApprovers;
  let plan: Plan;
  /** Milliseconds after the gates were asked. */
  let later: (after: number, act: () => void) => void;

  beforeEach(async () => {
    fake = await withLive(someRelease('1.0.0'));
    people = new SomeApprovers(['ada', 'grace', 'linus']);
    plan = asksFirst(await fake.plan(someRelease('2.0.0')), someAsking());
    later = (after, act) => atEvent(fake, (body) => body.kind === 'asked', after, act);
  });

  it('parks at once when nobody is to be waited for, changes nothing, and says who types what', async () => {
    const ended = await fake.start(plan, { people });
    expect(ended).to.include({ outcome: 'held', live: 'blue' });
    expect(ended.because).to.equal(
      `item-${item}: unknown: waits for 2 of 2 approvals by lead: grace or linus or ada types 'crossfade approve ${plan.run}'`,
    );
    expect(fake.world.effects).to.deep.equal([]);
  });

  it('goes on when it is resumed after they have decided, and asks the rest once more', async () => {
    await fake.start(plan, { people });
    expect((await fake.resume({ people })).outcome).to.equal('held');
    expect(gates(fake, 'gate-target-idle')).to.deep.equal(['yes']);
    people.decides('grace', plan, item);
    people.decides('linus', plan, item);
    expect(await fake.resume({ people })).to.include({ outcome: 'completed', live: 'green' });
    expect(gates(fake, 'gate-target-idle')).to.deep.equal(['yes', 'yes']);
    expect(gates(fake, stepIdOf(item))).to.deep.equal(['unknown', 'yes']);
  });

  it('is refused when the world has changed while it was parked', async () => {
    await fake.start(plan, { people });
    people.decides('grace', plan, item);
    people.decides('linus', plan, item);
    fake.world.weights['api'] = { blue: 90, green: 10 };
    const ended = await fake.resume({ people });
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain('gate-weights-as-planned');
    expect(fake.world.effects).to.deep.equal([]);
  });

  it('waits as long as it is told, and begins as soon as they have decided', async () => {
    later(2 * minute, () => people.decides('grace', plan, item));
    later(10 * minute, () => people.decides('linus', plan, item));
    const ended = await fake.start(plan, { people, waitForPeople: 120 * minute });
    expect(ended.outcome).to.equal('completed');
    expect(gates(fake, stepIdOf(item))).to.deep.equal(['unknown', 'unknown', 'yes']);
    expect(fake.said.filter((line) => line.includes('waits for')).length).to.be.within(9, 12);
  });

  it('parks when its wait is over', async () => {
    const ended = await fake.start(plan, { people, waitForPeople: 30 * minute });
    expect(ended.outcome).to.equal('held');
    expect(fake.world.effects).to.deep.equal([]);
  });

  it('is refused by a rejection, while it waits', async () => {
    later(minute, () => people.decides('grace', plan, item, { kind: 'rejected', words: 'not on a Friday' }));
    const ended = await fake.start(plan, { people, waitForPeople: 120 * minute });
    expect(ended).to.include({ outcome: 'refused' });
    expect(ended.because).to.contain('rejected by grace: not on a Friday');
  });

  it('shows every refusal together where something else refuses too', async () => {
    fake.quarantined.push({ digest: plan.input!.release.artifacts['api']!.digest, because: 'bad', run: 'earlier' });
    const ended = await fake.start(plan, { people, waitForPeople: 120 * minute });
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain('waits for 2 of 2').and.to.contain('gate-not-quarantined');
  });

  it('fault 68: lets nobody waive what others are to decide', async () => {
    const waivers = [{ gate: item, because: 'in a hurry', by: 'ada' }];
    const ended = await fake.start(plan, { people, waivers });
    expect(ended.outcome).to.equal('refused');
    expect(ended.because).to.contain('a decision is given, never waived');
  });

  it('waits also while decisions cannot be read, and says so', async () => {
    const broken = { approvers: {}, decisions: () => Promise.reject(new StoreError('the store does not answer')) };
    const ended = await fake.start(plan, { people: broken });
    expect(ended).to.include({ outcome: 'held', because: `item-${item}: unknown: the store does not answer` });
  });

  it('fault 28: obeys an abort within two seconds while it waits for people', async () => {
    let asked = 0;
    later(7 * minute + 300, () => {
      asked = fake.clock.monotonic();
      fake.turn.abort(new Turn('abort asked for', 'grace', 'abort'));
    });
    const ended = await fake.start(plan, { people, waitForPeople: 120 * minute });
    expect(ended).to.include({ outcome: 'aborted', live: 'blue' });
    expect(fake.clock.monotonic() - asked).to.be.below(2_000);
  });

  it('fault 28: parks at an interrupt while it waits for people', async () => {
    later(minute, () => fake.interrupt.abort());
    expect(await fake.start(plan, { people, waitForPeople: 120 * minute })).to.include({ outcome: 'interrupted' });
  });
});

describe('a run that asks people while traffic is split', () => {
  let fake: FakeRun;
  let people: SomeApprovers;
  let plan: Plan;
  const looks = 'dashboards';

  beforeEach(async () => {
    fake = await withLive(someRelease('1.0.0'));
    people = new SomeApprovers(['ada', 'grace']);
    const asked = [
      askingJson(someAsking({ item: looks, asks: 'sign-off', count: 1, title: 'somebody looks at the dashboards' })),
    ];
    const made = await fake.plan(someRelease('2.0.0'));
    const steps = made.steps.map((step) =>
      step.id === 'judge-50'
        ? { ...step, arguments: { ...step.arguments, people: { asked, withinMilliseconds: 10 * minute } } }
        : step,
    );
    plan = { ...made, steps };
  });

  const judging = (act: () => void, after: number): void =>
    atEvent(fake, (body) => body.kind === 'began' && body.step === 'judge-50', after, act);

  it('watches on until they have signed, then gives the rest', async () => {
    judging(() => people.decides('ada', plan, looks, { kind: 'signed', words: 'no errors' }), 5 * minute);
    const ended = await fake.start(plan, { people });
    expect(ended).to.include({ outcome: 'completed', live: 'green' });
    const noted = fake.events.flatMap(({ body }) => (body.kind === 'noted' ? [body.message] : []));
    expect(noted).to.have.lengthOf(2);
    expect(noted[0]).to.contain("types 'crossfade sign").and.to.contain(looks);
    expect(noted[1]).to.equal('signed by ada');
  });

  it('fault 28: goes back when the release turns bad while a person is waited for', async () => {
    judging(() => {
      fake.world.behaviours['2.0.0'] = { errorPercent: 40 };
    }, 4 * minute);
    const ended = await fake.start(plan, { people });
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended.because).to.match(/error/);
    expect(fake.quarantined).to.not.deep.equal([]);
  });

  it("fault 28: keeps the dead-man's switch from firing as long as it watches", async () => {
    judging(() => people.decides('ada', plan, looks, { kind: 'signed' }), 8 * minute);
    expect((await fake.start(plan, { people })).outcome).to.equal('completed');
    expect(fake.events.some(({ body }) => body.kind === 'fired')).to.equal(false);
  });

  it('fault 28: obeys an abort within two seconds while a person is waited for', async () => {
    let asked = 0;
    judging(() => {
      asked = fake.clock.monotonic();
      fake.turn.abort(new Turn('abort asked for', 'grace', 'abort'));
    }, 4 * minute);
    const ended = await fake.start(plan, { people });
    expect(ended).to.include({ outcome: 'aborted', live: 'blue' });
    expect(fake.clock.monotonic() - asked).to.be.below(2_000);
  });

  it('fault 28: is not kept from looking by decisions that are slow to be read', async () => {
    judging(() => {
      fake.world.behaviours['2.0.0'] = { errorPercent: 40 };
    }, minute);
    const never = { approvers: people.approvers, decisions: () => new Promise<never>(() => undefined) };
    expect((await fake.start(plan, { people: never })).outcome).to.equal('rolled-back');
  });

  it('goes back without blaming the release when nobody decides in time', async () => {
    const ended = await fake.start(plan, { people });
    expect(ended).to.include({ outcome: 'rolled-back', live: 'blue' });
    expect(ended.because).to.contain('no decision after');
    expect(fake.quarantined).to.deep.equal([]);
  });

  it('goes back when somebody who may says no', async () => {
    judging(() => people.decides('grace', plan, looks, { kind: 'rejected', words: 'the graphs look wrong' }), minute);
    const ended = await fake.start(plan, { people });
    expect(ended).to.include({ outcome: 'aborted', live: 'blue' });
    expect(ended.because).to.contain('rejected by grace: the graphs look wrong');
  });
});
