import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { publicKeyOf } from '../../../contract/ed25519.js';
import { planHash, type Plan } from '../../../contract/plan.js';
import { readDecisions } from '../../../journal/decisions.js';
import { FolderStore } from '../../../journal/folder-store.js';
import { asksFirst, newKey, someAsking } from '../../support/approvers.js';
import { commandLine, writeProject } from '../../support/command-line.js';
import { openJournal, planned, somePlan } from '../../support/stored-journal.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const keys = { ada: newKey(), grace: newKey(), linus: newKey(), mallory: newKey() };
const run = 'local-20260101t000000z-abcdef';

describe('people at the command line', () => {
  const folder = temporaryFolder();
  let store: FolderStore;
  let plan: Plan;

  const decide = (...words: string[]) => commandLine(folder.path, ...words);
  const stored = async () => (await readDecisions(store, 'local', run)).length;
  const list = (names: readonly (keyof typeof keys)[]) =>
    `    approvers: { ${names.map((name) => `${name}: ${publicKeyOf(keys[name])}`).join(', ')} }\n`;

  beforeEach(async () => {
    await writeProject(folder.path, { more: list(['ada', 'grace', 'linus']) });
    store = new FolderStore(join(folder.path, '.crossfade/store'));
    for (const [name, key] of Object.entries(keys)) {
      await writeFile(join(folder.path, `${name}.pem`), key, { mode: 0o600 });
    }
    const looks = someAsking({ item: 'dashboards', title: 'dashboards', asks: 'sign-off', count: 1 });
    plan = asksFirst(asksFirst(await somePlan({ run }), looks), someAsking());
    const journal = await openJournal(store, {}, run);
    await journal.append(planned(plan));
  });

  it('approves, says who else is waited for, and signs nothing but this', async () => {
    const { exitCode, stdout, stderr } = await decide('approve', run, '--key', 'grace.pem', '--json');
    expect(exitCode, stderr).to.equal(0);
    const said = JSON.parse(stdout) as { open: { because: string }[] };
    expect(said).to.deep.include({ run, plan: planHash(plan), by: 'grace', kind: 'approved', items: ['leads'] });
    expect(said.open.map(({ because }) => because)).to.deep.equal([
      `waits for 1 of 2 approvals by lead, grace did: linus or ada types 'crossfade approve ${run}'`,
      `waits for a sign-off by lead: grace or linus or ada types 'crossfade sign ${run} dashboards --saw "…"'`,
    ]);
    const [line] = await readDecisions(store, 'local', run);
    expect(line).to.have.nested.property('decision.statement.plan', planHash(plan));
    expect(JSON.stringify(line)).to.not.contain(keys.grace.split('\n')[1]);
  });

  it('signs what somebody saw, and rejects with a reason', async () => {
    await decide('sign', run, 'dashboards', '--saw', 'no errors', '--key', 'ada.pem');
    await decide('reject', run, '--because', 'not today', '--item', 'leads', '--key', 'linus.pem');
    const lines = await readDecisions(store, 'local', run);
    const words = lines.map((line) => 'decision' in line && [line.decision.statement.kind, line.decision.words]);
    expect(words).to.deep.equal([
      ['signed', 'no errors'],
      ['rejected', 'not today'],
    ]);
  });

  it('signs several items at once, or none of them', async () => {
    const second = someAsking({ item: 'log', title: 'log', asks: 'sign-off', count: 1 });
    const theirs = { ...asksFirst(plan, second), run: `${run.slice(0, -1)}g` };
    const journal = await openJournal(store, {}, theirs.run);
    await journal.append(planned(theirs));
    const sign = (...items: string[]) =>
      decide('sign', theirs.run, ...items, '--saw', 'it', '--key', 'ada.pem', '--json');
    const strange = await sign('log', 'leads');
    expect(strange.stderr).to.contain('asks for no sign-off of leads');
    expect(await readDecisions(store, 'local', theirs.run)).to.deep.equal([]);
    const { exitCode, stdout, stderr } = await sign('log', 'dashboards');
    expect(exitCode, stderr).to.equal(0);
    expect(JSON.parse(stdout)).to.have.deep.property('items', ['log', 'dashboards']);
    expect(await readDecisions(store, 'local', theirs.run)).to.have.lengthOf(2);
  });

  it('puts nothing down in a dry run', async () => {
    expect((await decide('approve', run, '--key', 'grace.pem', '--dry-run')).stdout).to.contain('would put down');
    expect(await stored()).to.equal(0);
  });

  const refused: readonly [string, readonly string[], RegExp, number][] = [
    ['who asked for the run', ['--key', 'ada.pem'], /ada asked for this run, and nobody approves what is their own/, 3],
    ['a key that is nobody’s here', ['--key', 'mallory.pem'], /mallory\.pem is no key of an approver of local/, 3],
    ['nothing that vouches', [], /--key FILE is needed: something has to vouch for you/, 2],
    ['another plan than was looked at', ['--key', 'grace.pem', '--plan', 'a'.repeat(12)], /has plan sha256:/, 3],
    ['an item that is not asked', ['--key', 'grace.pem', '--item', 'tests'], /asks for no approval of tests/, 3],
    ['a sign-off', ['--key', 'grace.pem', '--item', 'dashboards'], /asks for no approval of dashboards/, 3],
  ];
  for (const [what, words, says, code] of refused) {
    it(`fault 68: refuses to approve for ${what}, and puts nothing down`, async () => {
      const { exitCode, stderr } = await decide('approve', run, ...words);
      expect(stderr).to.match(says);
      expect(exitCode).to.equal(code);
      expect(await stored()).to.equal(0);
    });
  }

  it('refuses a run that is over', async () => {
    const journal = await openJournal(store, {}, run);
    await journal.append({ kind: 'ended', outcome: 'refused', because: '', weights: null, live: null });
    const { exitCode, stderr } = await decide('approve', run, '--key', 'grace.pem');
    expect({ exitCode, stderr }).to.deep.equal({ exitCode: 3, stderr: `run ${run} is over: refused\n` });
  });

  it("takes this machine's account where nobody is listed, on the local platform", async () => {
    await writeProject(folder.path);
    const name = userInfo().username;
    const theirs = {
      ...asksFirst(plan, someAsking({ item: 'me', holders: [name] })),
      run: `${run.slice(0, -1)}g`,
    };
    const journal = await openJournal(store, {}, theirs.run);
    await journal.append(planned(theirs));
    const { exitCode, stderr } = await decide('approve', theirs.run, '--item', 'me');
    expect(exitCode, stderr).to.equal(0);
  });

  it('reads past what somebody else wrote between, and says that it is none', async () => {
    await store.append(`decisions/local/${run}`, 0, '{"format":1,"yes":true}');
    const { stdout } = await decide('approve', run, '--key', 'grace.pem');
    expect(stdout).to.contain('refused: decision 0: line 0 of decisions/local/');
    expect(await stored()).to.equal(2);
  });
});
