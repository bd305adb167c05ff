import { expect } from 'chai';
import { copyName } from '../../../contract/aws-names.js';
import { PlatformError, RefusedError } from '../../../contract/errors.js';
import type { Database } from '../../../pipeline/ports/database.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { readContents } from '../../../platforms/postgres/contents.js';
import { openSession } from '../../../platforms/postgres/session.js';
import { countTables } from '../../../platforms/postgres/table-counts.js';
import { awsDatabaseOn } from '../../support/aws/aws-database-on.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { FakeRds } from '../../support/fake-rds.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';
import { work, type Embedded } from '../postgres/embedded.js';

const known = awsOutputs().database!;
const { prefix } = known.snapshots;
const restoredMaster = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:rds!db-3-Ab12Cd';
const hour = 3_600_000;

/** The instance in use and the copy are one server: what is changed after the snapshot is what a bad one would hold. */
export function describeDrill(embedded: () => Embedded): void {
  describe('a restore drill on AWS', () => drillOn(embedded));
}

function drillOn(embedded: () => Embedded): void {
  let server: Embedded;
  let clock: LeapingClock;
  let rds: FakeRds;
  let kept: Map<string, string>;
  let port: number;
  let master: 'superuser' | 'owner';
  let database: Database;

  const sql = (text: string) => server.query('superuser', text);
  before(() =>
    embedded().query(
      'superuser',
      'CREATE TABLE drilled (id serial PRIMARY KEY, name text); ALTER TABLE drilled OWNER TO crossfade_owner',
    ),
  );
  after(() => sql('DROP TABLE drilled'));

  beforeEach(async () => {
    server = embedded();
    ({ port } = server);
    master = 'superuser';
    await sql("TRUNCATE drilled RESTART IDENTITY; INSERT INTO drilled (name) VALUES ('one'), ('two')");
    clock = new LeapingClock(new Date().toISOString());
    rds = new FakeRds(clock);
    rds.addInstance({ identifier: known.identifier, endpoint: { host: '127.0.0.1', port } });
    const masterSecret = { arn: restoredMaster, status: 'active' };
    rds.becomes = { endpoint: { host: 'localhost', port }, masterSecret };
    kept = new Map();
    const login = { dbname: 'shop', username: 'shop_app', password: 'Eleven-elephants_eat.eggs', sslmode: 'disable' };
    database = awsDatabaseOn({
      rds,
      clock,
      secrets: {
        describe: () => Promise.resolve(undefined),
        value: async (arn) => {
          if (arn === known.applicationSecretArn) return JSON.stringify({ ...login, host: '127.0.0.1', port });
          const owner = server.address(master);
          return JSON.stringify({ username: owner.user, password: await owner.password() });
        },
        put: () => Promise.reject(new Error('a drill switches nothing')),
      },
      keeper: {
        get: (key: string) => Promise.resolve(kept.get(key)),
        put: (key: string, text: string) => Promise.resolve(void kept.set(key, text)),
      },
    });
    await database.backUp('before-run-1', work());
    clock.leap(60_000);
  });

  const drill = async (heard: Work = work()) => {
    const { drill: act } = database;
    if (act === undefined) throw new Error('a database beside which something may be restored is drilled');
    return act(heard);
  };
  const copies = () => rds.restored.map(({ identifier }) => identifier);
  /** Of the copy alone. */
  const left = () =>
    [...rds.instances.values()].filter(
      ({ identifier, status }) => identifier !== known.identifier && status !== 'deleting',
    );

  it('makes an instance of the newest snapshot, compares what is in it, and deletes it', async () => {
    await database.backUp('before-run-2', work());
    const { backup, backupCreatedAt, milliseconds, verdict } = await drill();
    expect(backup).to.equal('before-run-2');
    expect(Date.parse(backupCreatedAt)).to.be.closeTo(clock.now().getTime(), hour);
    expect(verdict.answer, verdict.because).to.equal('yes');
    expect(verdict.because).to.match(/^\d+ tables with \d+ rows, \d+ of them by checksum$/);
    const { evidence } = verdict;
    expect(evidence).to.include({ compared: true, removed: true, instance: copies()[0], class: 'db.m7g.large' });
    for (const number of ['checksums', 'sequences', 'owners', 'extensions']) expect(evidence[number], number).above(0);
    expect(evidence['restoreMilliseconds']).to.be.at.least(rds.takes + rds.logsIn);
    expect(milliseconds).to.be.at.least(evidence['restoreMilliseconds'] as number);
    expect(rds.restored[0]).to.deep.include({ snapshot: `${prefix}-before-run-2`, multiAz: false });
    expect(rds.restored[0]?.tags).to.include({ 'crossfade:copy': 'drill' });
    expect(left()).to.deep.equal([]);
    expect(rds.instances.get(known.identifier)?.status).to.equal('available');
  });

  const differences = {
    'a row that is another': ["UPDATE drilled SET name = 'other' WHERE id = 2", /^public\.drilled has other rows/],
    'a row too few': ['DELETE FROM drilled WHERE id = 2', /^public\.drilled has 1 rows, not 2 to 2$/],
    'a sequence that stands elsewhere': [
      "SELECT setval('drilled_id_seq', 5000)",
      /^sequence public\.drilled_id_seq stands at 5000, not at 2 to 2$/,
    ],
    'an owner who is another': [
      'ALTER TABLE drilled OWNER TO CURRENT_USER',
      /public\.drilled belongs to \w+, not to crossfade_owner/,
      'ALTER TABLE drilled OWNER TO crossfade_owner',
    ],
    'an extension that is missing': [
      'DROP EXTENSION plpgsql',
      /^the extension plpgsql is missing$/,
      'CREATE EXTENSION plpgsql',
    ],
  } as const;
  for (const [what, [change, because, back]] of Object.entries(differences)) {
    it(`is not good with ${what}`, async () => {
      await sql(change);
      const { verdict } = await drill().finally(() => (back === undefined ? undefined : sql(back)));
      expect(verdict.answer, verdict.because).to.equal('no');
      expect(verdict.because).to.match(because);
      expect(left()).to.deep.equal([]);
    });
  }

  it('is not good when what was restored can’t be read, in the server’s own words', async () => {
    const holder = await server.client('superuser');
    await holder.query("ALTER DATABASE shop SET lock_timeout = '50ms'");
    await holder.query('BEGIN; LOCK TABLE drilled');
    const { verdict } = await drill().finally(() => holder.query('ROLLBACK'));
    await sql('ALTER DATABASE shop RESET lock_timeout');
    expect(verdict).to.deep.include({ answer: 'no', because: 'canceling statement due to lock timeout (55P03)' });
    expect(left()).to.deep.equal([]);
  });

  it('has nothing to compare where a table could not be read when the snapshot was taken, which is said then', async () => {
    await sql('CREATE TABLE hidden (id int)');
    master = 'owner';
    const heard = work();
    await database.backUp('before-run-2', heard).finally(() => sql('DROP TABLE hidden'));
    // Of all tables on this server the first that it comes to.
    expect(heard.said.join('\n')).to.match(/can't be counted later: permission denied for table \w+ \(42501\)/);
    master = 'superuser';
    expect((await drill()).verdict.answer).to.equal('unknown');
  });

  it('reads for checksums no more than users bear, and then exactly what was noted', async () => {
    const session = await openSession(server.address('superuser'), { applicationName: 'test', readOnly: true });
    try {
      const counts = await countTables(session);
      const noted = async (of: Parameters<typeof readContents>[2]) =>
        Object.keys((await readContents(session, counts, of)).checksums);
      const table = 'public.drilled';
      expect(await noted({ rows: 1_000, bytes: 2 ** 30 })).to.include(table);
      expect(await noted({ rows: 1, bytes: 2 ** 30 })).to.not.include(table);
      expect(await noted({ rows: 1_000, bytes: 100 })).to.not.include(table);
      expect(await noted([table, 'public.gone'])).to.deep.equal([table]);
    } finally {
      await session.close();
    }
  });

  it('counts only, where no checksums were noted when the snapshot was taken', async () => {
    for (const [key, text] of kept) {
      const { contents, ...earlier } = JSON.parse(text) as Record<string, unknown>;
      expect(contents).to.not.equal(undefined);
      kept.set(key, JSON.stringify(earlier));
    }
    const { verdict } = await drill();
    expect(verdict.answer).to.equal('yes');
    expect(verdict.because).to.match(/ rows; no checksums were noted when it was taken$/);
  });

  it('proves nothing where nobody could count when the snapshot was taken', async () => {
    kept.clear();
    const { verdict } = await drill();
    expect(verdict.answer).to.equal('unknown');
    expect(verdict.because).to.match(/nobody could count: nothing compares$/);
    expect(left()).to.deep.equal([]);
  });

  it('is not good when RDS can’t make an instance of the snapshot', async () => {
    rds.becomes = { status: 'incompatible-restore' };
    const { verdict } = await drill();
    expect(verdict).to.deep.include({
      answer: 'no',
      because: `instance ${copies()[0] ?? ''} is incompatible-restore: it is removed again`,
    });
    expect(left()).to.deep.equal([]);
  });

  it('is not good when the master may not give the application its login', async () => {
    master = 'owner';
    const { verdict } = await drill();
    expect(verdict.answer).to.equal('no');
    expect(verdict.because).to.match(/^role shop_app can't be made or changed by crossfade_owner: permission denied/);
    expect(left()).to.deep.equal([]);
  });

  it('is refused before anything is made: without a snapshot, or where this machine has no way to what it makes', async () => {
    rds.snapshots.clear();
    await rejection(drill(), RefusedError);
    port = 1;
    const error = await rejection(drill(), PlatformError);
    expect(error.message).to.match(/^a restore drill: this machine does not reach /);
    expect(rds.restored).to.deep.equal([]);
  });

  it('deletes the copy when whoever waits gives up', async () => {
    const heard = work();
    const waiting = {
      signal: heard.signal,
      say: (line: string) => {
        if (line.endsWith(': creating')) heard.abort(new Error('given up'));
      },
    };
    expect((await rejection(drill(waiting))).message).to.equal('given up');
    expect(rds.restored).to.have.length(1);
    expect(left()).to.deep.equal([]);
  });

  it('tells what it could not delete, which a later one deletes', async () => {
    rds.undeletable.add('available');
    const { verdict } = await drill();
    expect(verdict.answer).to.equal('yes');
    expect(verdict.because).to.match(/; the copy \S+ is left: RDS calls it available and does not delete it yet$/);
    expect(verdict.evidence['removed']).to.equal(false);
    rds.undeletable.delete('available');
    const heard = work();
    await drill(heard);
    expect(heard.said).to.include(`removed ${copies()[0] ?? ''}, which an earlier process had left`);
    expect(left()).to.deep.equal([]);
  });

  it('deletes what a killed one has left, and never the copy that another is at work on', async () => {
    const leave = (run: string, hours: number) =>
      rds.addInstance({
        identifier: copyName(prefix, run),
        deletionProtection: false,
        tags: {
          'crossfade:environment': 'production',
          'crossfade:copy': 'drill',
          'crossfade:run': run,
          'crossfade:since': new Date(clock.now().getTime() - hours * hour).toISOString(),
        },
      });
    leave('drill-killed', 7);
    leave('drill-at-work', 1);
    await drill();
    expect(left().map(({ identifier }) => identifier)).to.deep.equal([copyName(prefix, 'drill-at-work')]);
  });
}
