import { expect } from 'chai';
import { copyName, isCopyName, restoredInstanceName } from '../../../contract/aws-names.js';
import { PlatformError } from '../../../contract/errors.js';
import { rdsCopies, type Copies } from '../../../platforms/aws/copies.js';
import { keptInstances } from '../../../platforms/aws/kept-instances.js';
import { ask } from '../../../platforms/postgres/ask.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { FakeRds } from '../../support/fake-rds.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';
import { work, type Embedded } from '../postgres/embedded.js';

const outputs = awsOutputs();
const known = outputs.database!;
const { prefix } = known.snapshots;
const copyMaster = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:rds!db-2-Ab12Cd';
const name = copyName(prefix, 'drill-1');
const hour = 3_600_000;

/** The instance in use and the copy are one server, under two names of this machine. */
export function describeCopies(embedded: () => Embedded): void {
  describe('copies of snapshots on AWS', () => copiesOn(embedded));
}

function copiesOn(embedded: () => Embedded): void {
  let clock: LeapingClock;
  let rds: FakeRds;
  let copies: Copies;
  const rights: string[] = [];

  beforeEach(async () => {
    const server = embedded();
    clock = new LeapingClock(new Date().toISOString());
    rds = new FakeRds(clock);
    rds.addInstance({ identifier: known.identifier, endpoint: { host: '127.0.0.1', port: server.port } });
    rds.becomes = {
      endpoint: { host: 'localhost', port: server.port },
      masterSecret: { arn: copyMaster, status: 'active' },
    };
    await rds.createSnapshot(`${prefix}-before-run-1`, known.identifier, {});
    rds.calls.length = 0;
    const login = { dbname: 'shop', username: 'shop_app', password: 'Eleven-elephants_eat.eggs', sslmode: 'disable' };
    const value = async (arn: string): Promise<string> => {
      if (arn === known.applicationSecretArn) return JSON.stringify({ ...login, host: '127.0.0.1', port: server.port });
      const owner = server.address('superuser');
      return JSON.stringify({ username: owner.user, password: await owner.password() });
    };
    const secrets = {
      describe: () => Promise.resolve(undefined),
      value,
      put: () => Promise.reject(new Error('nobody switches')),
    };
    rights.length = 0;
    const requireAccount = () => Promise.resolve(void rights.push('asked'));
    const restore = known.restore!;
    copies = rdsCopies({ outputs, database: known, restore, rds, secrets, clock, requireAccount }, 'drill');
  });

  const open = (heard = work()) => copies.open('before-run-1', 'drill-1', heard);
  const times = (call: string): number => rds.calls.filter((each) => each === call).length;
  const gone = (identifier: string): void => {
    clock.leap(rds.deletes);
    expect(rds.instances.get(identifier)?.status, identifier).to.be.oneOf([undefined, 'deleting']);
  };
  /** As a killed process leaves it. */
  const leave = (identifier: string, tags: Record<string, string>): void => {
    rds.addInstance({
      identifier,
      deletionProtection: false,
      tags: { 'crossfade:environment': 'production', ...tags },
    });
  };

  it('are instances of the same class on their own: no second zone, backups, protection or logs to keep', async () => {
    const copy = await open();
    expect(copy.identifier).to.equal(name);
    expect(copy.milliseconds).to.be.within(rds.takes + rds.logsIn, rds.takes + rds.logsIn + 30_000);
    const [made] = rds.restored;
    expect(made).to.deep.include({
      identifier: name,
      snapshot: `${prefix}-before-run-1`,
      subnetGroup: 'subnets',
      parameterGroup: 'parameters',
      securityGroupIds: ['sg-2'],
      class: 'db.m7g.large',
      multiAz: false,
      backupRetentionDays: 0,
      deletionProtection: false,
      logs: [],
    });
    expect(made?.tags).to.include({ 'crossfade:copy': 'drill', 'crossfade:run': 'drill-1' });
    expect(rights, 'RDS goes by names').to.deep.equal(['asked']);
    expect(await copy.address('owner')).to.include({ host: 'localhost', user: embedded().address('superuser').user });
    const application = await copy.address('application');
    expect(await ask(application, 'SELECT current_user')).to.equal('shop_app');
    await copy.remove();
    expect(rds.instances.get(name)?.status).to.equal('deleting');
    await copy.remove();
    clock.leap(rds.deletes);
    await copy.remove();
    expect(times('DeleteDBInstance')).to.equal(1);
  });

  it('are made once and deleted once although replies are lost and calls throttled', async () => {
    rds.lost.add('RestoreDBInstanceFromDBSnapshot').add('ModifyDBInstance').add('DeleteDBInstance');
    rds.throttled = 2;
    const copy = await open();
    expect(rds.restored).to.have.length(1);
    rds.throttled = 2;
    await copy.remove();
    gone(name);
  });

  it('are removed when RDS can’t make one, which is what is told', async () => {
    rds.becomes = { status: 'incompatible-restore' };
    const error = await rejection(open(), PlatformError);
    expect(error.message).to.equal(`instance ${name} is incompatible-restore: it is removed again`);
    gone(name);
  });

  it('are removed when one is never available', async () => {
    rds.takes = 100 * hour;
    expect((await rejection(open(), PlatformError)).message).to.match(/is still creating after 4 hours$/);
    gone(name);
  });

  it('are removed when whoever waits for one gives up', async () => {
    const heard = work();
    const waiting = {
      signal: heard.signal,
      say: (line: string) => {
        if (line.endsWith('creating')) heard.abort(new Error('given up'));
      },
    };
    expect((await rejection(copies.open('before-run-1', 'drill-1', waiting))).message).to.equal('given up');
    gone(name);
  });

  it('are marked as nobody’s as soon as RDS refuses: whoever is in a hurry kills what waits', async () => {
    rds.undeletable.add('creating');
    const heard = work();
    const waiting = {
      signal: heard.signal,
      say: (line: string) => {
        heard.say(line);
        if (line.endsWith(': creating')) heard.abort(new Error('given up'));
      },
    };
    const opening = copies.open('before-run-1', 'drill-1', waiting);
    expect((await rejection(opening)).message).to.equal('given up');
    expect(heard.said).to.include(`${name}: RDS calls it creating and does not delete it yet`);
    expect(rds.instances.get(name)?.tags).to.include({ 'crossfade:state': 'unused' });
    rds.undeletable.delete('creating');
    expect(await copies.sweep()).to.deep.equal([name]);
    gone(name);
  });

  it('are waited for in states in which RDS deletes none, and said to be left after that', async () => {
    const copy = await open();
    rds.undeletable.add('available');
    const error = await rejection(copy.remove(), PlatformError);
    expect(error.message).to.equal(`the copy ${name} is left: RDS calls it available and does not delete it yet`);
    expect(error.hint).to.contain(`aws rds delete-db-instance --db-instance-identifier ${name} --skip-final-snapshot`);
    rds.undeletable.delete('available');
    expect(await copies.sweep(), 'it is marked').to.deep.equal([name]);
    gone(name);
  });

  it('are said to be left where they may not be deleted, beside what went wrong', async () => {
    rds.denied.add('DeleteDBInstance');
    rds.becomes = { status: 'failed' };
    const heard = work();
    expect((await rejection(open(heard), PlatformError)).message).to.match(/is failed: it is removed again$/);
    expect(heard.said.join('\n')).to.contain(`the copy ${name} is left: DeleteDBInstance: AccessDenied`);
    rds.denied.clear();
    expect(await copies.sweep()).to.deep.equal([name]);
  });

  it('are made anew when an earlier process of the same run has left one: it may have worked on it', async () => {
    await open();
    await open();
    expect(rds.restored).to.have.length(2);
    expect(times('DeleteDBInstance')).to.equal(1);
  });

  it('never are somebody else’s instance of that name', async () => {
    leave(name, { 'crossfade:run': 'drill-2', 'crossfade:copy': 'drill' });
    expect((await rejection(open(), PlatformError)).message).to.match(/is no copy of this run: it is left alone$/);
    leave(name, { 'crossfade:run': 'drill-1' });
    await rejection(open(), PlatformError);
    expect(times('DeleteDBInstance')).to.equal(0);
    expect(rds.restored).to.deep.equal([]);
  });

  it('are swept once nobody can work on them any more, and nothing else ever is', async () => {
    const since = (hours: number) => new Date(clock.now().getTime() - hours * hour).toISOString();
    const copy = (hours: number, run: string) => ({
      'crossfade:copy': 'rehearsal',
      'crossfade:run': run,
      'crossfade:since': since(hours),
    });
    const named = (run: string): string => copyName(prefix, run);
    leave(named('old'), copy(7, 'old'));
    leave(named('young'), copy(5, 'young'));
    leave(named('over'), copy(1, 'over'));
    leave(named('untagged'), { 'crossfade:run': 'untagged', 'crossfade:since': since(99) });
    leave(named('undated'), { 'crossfade:copy': 'drill', 'crossfade:run': 'undated' });
    leave(named('elsewhere'), { ...copy(99, 'elsewhere'), 'crossfade:environment': 'staging' });
    leave(restoredInstanceName(prefix, 'run-9'), copy(99, 'run-9'));
    leave('shop-production-database-1a2b3c4', copy(99, 'run-8'));
    const told = (await copies.list()).map((each) => [each.name, each.madeBy, each.neededBecause]);
    expect(told).to.deep.equal([
      [named('old'), 'a rehearsal of run old', undefined],
      [named('young'), 'a rehearsal of run young', 'who made it may be at work on it, for 60 min more'],
      [named('over'), 'a rehearsal of run over', 'who made it may be at work on it, for 5 h more'],
      [named('undated'), 'a drill of run undated', 'nothing tells since when it is there: it is deleted by hand'],
    ]);
    expect(await copies.sweep({ run: 'over' })).to.deep.equal([named('old'), named('over')]);
    expect((await copies.list())[0]?.neededBecause).to.equal('RDS is deleting it');
    expect(times('DeleteDBInstance')).to.equal(2);
    expect(await copies.sweep({ run: 'over' }), 'what is being deleted is not swept again').to.deep.equal([]);
    const secrets = { value: () => Promise.resolve(JSON.stringify({ username: 'shop_app', password: 'x' })) };
    const kept = await keptInstances({ rds, secrets, database: known, clock });
    expect(
      kept.map((each) => each.name).filter((each) => isCopyName(prefix, each)),
      'copies are nothing that a restore has left',
    ).to.deep.equal([]);
  });

  it('are told and left when a sweep can’t remove one', async () => {
    leave(name, { 'crossfade:copy': 'drill', 'crossfade:run': 'drill-1' });
    rds.denied.add('DeleteDBInstance');
    const said: string[] = [];
    expect(await copies.sweep({ run: 'drill-1', say: (line) => said.push(line) })).to.deep.equal([]);
    expect(said.join('\n')).to.match(new RegExp(`^the copy ${name} is left: .*AccessDenied`));
  });
}
