import { expect } from 'chai';
import type { Plan } from '../../../contract/plan.js';
import { decide } from '../../../pipeline/people/decide.js';
import { asksFirst, SomeApprovers, someAsking } from '../../support/approvers.js';
import { FakeRun, withLive } from '../../support/fake-run.js';
import { someRelease } from '../../support/product.js';

const hour = 3_600_000;

describe('what people have decided', () => {
  let plan: Plan;
  let people: SomeApprovers;
  const item = 'leads';

  before(async () => {
    const fake = await withLive(someRelease('1.0.0'), new FakeRun());
    const commit = { sha: '0123456789abcdef', author: 'L. Example <lt@example.org>' };
    plan = asksFirst(await fake.plan({ ...someRelease('2.0.0'), commit }), someAsking());
  });
  beforeEach(() => {
    people = new SomeApprovers(['ada', 'grace', 'linus', 'mallory']);
  });

  const verdict = async (changes = {}, later = 0) => {
    const now = new Date(Date.parse(plan.createdAt) + later);
    return decide(someAsking(changes), await people.decisions(), { plan, approvers: people.approvers, now });
  };

  it('is waited for, and says who types what', async () => {
    const { answer, because } = await verdict();
    expect(answer).to.equal('unknown');
    expect(because).to.equal(
      `waits for 2 of 2 approvals by lead: grace or linus or ada types 'crossfade approve ${plan.run}'`,
    );
  });

  it('is yes once as many as asked have said so, with what vouches for each', async () => {
    people.decides('grace', plan, item);
    expect((await verdict()).because).to.contain('waits for 1 of 2 approvals by lead, grace did: linus or ada types');
    people.decides('linus', plan, item, { words: 'read the migration' });
    const { answer, because, evidence } = await verdict();
    expect({ answer, because }).to.deep.equal({ answer: 'yes', because: 'approved by grace and linus' });
    expect(evidence).to.have.nested.property('by[1].said', 'read the migration');
    expect(evidence).to.have.nested.property('by[1].proof.publicKey', people.approvers['linus']?.key);
  });

  it('counts each person once, by their newest word', async () => {
    people.decides('grace', plan, item);
    people.decides('grace', plan, item);
    expect((await verdict()).answer).to.equal('unknown');
    people.decides('grace', plan, item, { kind: 'rejected', words: 'the queue is down' });
    expect(await verdict()).to.deep.include({ answer: 'no', because: 'rejected by grace: the queue is down' });
    people.decides('grace', plan, item);
    expect((await verdict()).answer).to.equal('unknown');
  });

  it('is no when nobody has decided in time, where that is said', async () => {
    const asking = { expiresMilliseconds: hour, otherwise: 'refuse' as const };
    expect((await verdict(asking, hour - 1)).answer).to.equal('unknown');
    expect(await verdict(asking, hour)).to.deep.include({ answer: 'no', because: 'nobody has decided within 60 min' });
    expect((await verdict({ expiresMilliseconds: hour }, hour)).answer).to.equal('unknown');
  });

  it('takes a sign-off for no approval and an approval for no sign-off', async () => {
    people.decides('grace', plan, item, { kind: 'signed' });
    expect((await verdict()).because).to.contain('is a sign-off, and an approval is asked for');
    people.said.length = 0;
    people.decides('grace', plan, item);
    expect((await verdict({ asks: 'sign-off', count: 1 })).because).to.contain('what somebody saw is asked for');
  });

  it('lets whoever asked for the run sign what they saw', async () => {
    people.decides('ada', plan, item, { kind: 'signed', words: 'dashboards are green' });
    expect((await verdict({ asks: 'sign-off', count: 1 })).answer).to.equal('yes');
  });

  describe('counts for nothing, and says why', () => {
    const other = () => ({ ...plan, because: 'another intent' });
    const cases: readonly [string, () => void, RegExp, number?][] = [
      [
        'replayed from another run',
        () => people.decides('grace', { ...plan, run: 'run-before' }, item),
        /is about run run-before, not this one/,
      ],
      [
        'given for another plan',
        () => people.decides('grace', other(), item),
        /another plan than the one that would be carried out/,
      ],
      [
        'given for another environment',
        () => people.decides('grace', { ...plan, environment: 'staging' }, item),
        /is about staging/,
      ],
      [
        'self-given by whoever asked for the run',
        () => people.decides('ada', plan, item),
        /ada asked for this run, and nobody approves what is their own/,
      ],
      [
        'self-given by the author of the commit',
        () => {
          people = new SomeApprovers(['linus'], { linus: { alsoKnownAs: ['lt@example.org'] } });
          people.decides('linus', plan, item);
        },
        /linus wrote the commit, and nobody approves what is their own/,
      ],
      [
        'expired by its own time',
        () => people.decides('grace', plan, item, { expires: plan.createdAt }),
        /has expired at/,
      ],
      [
        "expired by the item's time",
        () => people.decides('grace', plan, item),
        /has expired: it counts for 60 min/,
        2 * hour,
      ],
      [
        'by somebody without the role',
        () => people.decides('mallory', plan, item),
        /mallory does not hold the role lead; grace, linus, ada/,
      ],
      [
        'by an approver who was removed since',
        () => {
          people.decides('grace', plan, item);
          const { grace: _grace, ...left } = people.approvers;
          people.approvers = left;
        },
        /grace is no approver of this environment/,
      ],
      [
        "signed with somebody else's key",
        () => people.decides('grace', plan, item, { signedWith: 'mallory' }),
        /not signed with grace's key, or was altered since/,
      ],
      [
        'altered after it was signed',
        () => {
          const decision = people.decision('grace', plan, item, { kind: 'rejected' });
          people.said.push({ ...decision, statement: { ...decision.statement, kind: 'approved' } });
        },
        /not signed with grace's key, or was altered since/,
      ],
      [
        'vouched for by an account alone',
        () => {
          const decision = people.decision('grace', plan, item);
          people.said.push({ ...decision, identity: { by: 'account', account: 'grace@laptop' } });
        },
        /nothing but a machine's account vouches for grace/,
      ],
      [
        'dated ahead',
        () => people.decides('grace', plan, item, { at: new Date(Date.parse(plan.createdAt) + hour).toISOString() }),
        /is dated 60 min ahead: clocks disagree/,
      ],
    ];
    for (const [what, say, says, later] of cases) {
      it(`fault 68: an approval ${what}`, async () => {
        say();
        const { answer, because, evidence } = await verdict({ count: 1, expiresMilliseconds: hour }, later);
        expect(answer).to.equal('unknown');
        expect(because).to.match(says);
        expect(evidence).to.have.property('refused').with.lengthOf(1);
        expect(evidence).to.have.property('by').that.deep.equals([]);
      });
    }
  });
});
