import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { vouchedWaivers } from '../../../cli/people/vouched-waivers.js';
import { statementSchema, statementText } from '../../../contract/decision.js';
import { isSignedBy, publicKeyOf } from '../../../contract/ed25519.js';
import { digestOf } from '../../../contract/json.js';
import { planHash } from '../../../contract/plan.js';
import { newKey } from '../../support/approvers.js';
import { FakeClock } from '../../support/fake-clock.js';
import { withLive } from '../../support/fake-run.js';
import { MemoryStore } from '../../support/memory-store.js';
import { openFakeEnvironment } from '../../support/open-fake-environment.js';
import { someRelease } from '../../support/product.js';
import { somePlan } from '../../support/stored-journal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('a waiver', () => {
  const folder = temporaryFolder();
  const keys = { grace: newKey(), mallory: newKey() };
  const waivers = [{ gate: 'settings-present', because: 'set by hand' }];

  beforeEach(async () => {
    for (const [name, key] of Object.entries(keys)) await writeFile(join(folder.path, name), key, { mode: 0o600 });
  });

  async function vouched(key?: keyof typeof keys) {
    const { platform } = await withLive(someRelease('1.0.0'));
    const more = { approvers: { grace: publicKeyOf(keys.grace) } };
    const environment = openFakeEnvironment({ store: new MemoryStore(), clock: new FakeClock(), platform, more });
    return vouchedWaivers(waivers, environment, key && join(folder.path, key));
  }

  it('by key is signed for this run and plan, so that whoever checks later can', async () => {
    const plan = await somePlan();
    const [waiver] = (await vouched('grace')).sign(plan, new Date());
    expect(waiver).to.include({ gate: 'settings-present', because: 'set by hand', by: 'grace' });
    const [signed] = waiver?.evidence?.['by'] as { said: string; proof: { signature: string } }[];
    const { said, proof, ...rest } = signed!;
    const statement = statementSchema.parse(rest);
    expect(statement).to.include({ kind: 'waived', run: plan.run, plan: planHash(plan), item: 'settings-present' });
    expect(statement.words).to.equal(digestOf(said));
    const isSigned = (changes: object = {}) =>
      isSignedBy(statementText({ ...statement, ...changes }), proof.signature, publicKeyOf(keys.grace));
    expect([isSigned(), isSigned({ run: 'another' }), isSigned({ item: 'way-back' })]).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  for (const [who, key, says] of [
    ['nobody but this machine vouches', undefined, 'nothing vouches for cron'],
    ['it is signed by a stranger', 'mallory', 'is no key of an approver of local'],
  ] as const) {
    it(`is refused before anything runs where ${who}`, async () => {
      const problem = await vouched(key).then(
        () => 'vouched for',
        (error: unknown) => String(error),
      );
      expect(problem).to.contain(says);
    });
  }
});
