import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Duty } from '../../../cli/duties/duty.js';
import { signDuty } from '../../../cli/duties/sign-duty.js';
import type { EnvironmentConfiguration } from '../../../contract/configuration.js';
import { publicKeyOf } from '../../../contract/ed25519.js';
import { ConfigurationError, RefusedError } from '../../../contract/errors.js';
import { canonicalJson } from '../../../contract/json.js';
import { vouch } from '../../../pipeline/people/vouch.js';
import { someChecklist, someItem } from '../../support/fake-questions.js';
import { withLive } from '../../support/fake-run.js';
import { MemoryStore } from '../../support/memory-store.js';
import { someRelease } from '../../support/product.js';
import { rejection } from '../../support/rejection.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

describe('signDuty', () => {
  const folder = temporaryFolder();
  const store = new MemoryStore();
  let run: string;
  let configuration: EnvironmentConfiguration;

  const keyOf = (name: string): string => join(folder.path, `${name}.pem`);
  const sign = (key: string | undefined, owner = 'on-call', from = configuration) =>
    signDuty(from, store, {
      duty: { id: 'report', owner, run } as Duty,
      environment: 'local',
      at: new Date('2026-01-01T00:00:00Z'),
      because: 'read it',
      key,
    });

  beforeEach(async () => {
    const fake = await withLive(someRelease('1.0.0'));
    const asked = someItem('report', { kind: 'sign-off', role: 'on-call' }, { moment: 'after', role: 'on-call' });
    fake.checklist = someChecklist(asked);
    await fake.deploy(someRelease('2.0.0'));
    for (const event of fake.events) await store.append(`journals/${event.run}`, event.sequence, canonicalJson(event));
    run = fake.events.at(-1)?.run ?? '';
    const approvers: EnvironmentConfiguration['approvers'] = {};
    for (const name of ['ada', 'grace']) {
      const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      await writeFile(keyOf(name), pem, { mode: 0o600 });
      approvers[name] = { key: publicKeyOf(pem), alsoKnownAs: [], roles: name === 'ada' ? ['on-call'] : [] };
    }
    configuration = { platform: 'local', approvers } as EnvironmentConfiguration;
  });

  it('binds who holds the role to the run, its plan and the duty', async () => {
    const decision = await sign(keyOf('ada'));
    if (decision === undefined) throw new Error('nothing was signed');
    expect(decision.statement).to.include({ approver: 'ada', run, item: 'report', kind: 'signed' });
    const listed = { approvers: configuration.approvers, accountsCount: false };
    expect(vouch(decision, listed, 'this').problem).to.equal(undefined);
  });

  it('fault 68: takes no word without a key, of a stranger, or of another role', async () => {
    expect(await rejection(sign(undefined))).to.be.instanceOf(ConfigurationError);
    expect(await rejection(sign(keyOf('grace')))).to.be.instanceOf(RefusedError);
    expect(String(await rejection(sign(keyOf('grace'))))).to.contain('grace does not hold the role on-call');
    const { ada } = configuration.approvers;
    const without = { ...configuration, approvers: ada ? { ada } : {} };
    expect(String(await rejection(sign(keyOf('grace'), 'on-call', without)))).to.contain('is no key of an approver');
  });

  it('lets anybody who is listed answer for what is nobody’s role, and asks no key where none is listed', async () => {
    expect((await sign(keyOf('grace'), 'operator'))?.statement.approver).to.equal('grace');
    const nobody = { ...configuration, approvers: {} };
    expect(await sign(undefined, 'on-call', nobody)).to.equal(undefined);
  });
});
