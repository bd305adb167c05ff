import { expect } from 'chai';
import { copyName } from '../../../contract/aws-names.js';
import { PlatformError } from '../../../contract/errors.js';
import type { Rehearsals } from '../../../pipeline/ports/rehearsals.js';
import { awsRehearsals } from '../../../platforms/aws/rehearsals.js';
import { settingsOf } from '../../../contract/settings.js';
import type { SlotInput } from '../../../contract/slot-input.js';
import { RefusedError } from '../../../contract/errors.js';
import { awsOutputs, rehearsingOutputs } from '../../support/aws-outputs.js';
import { awsSlotInput } from '../../support/aws-release.js';
import { FakeEcs } from '../../support/fake-ecs.js';
import { FakeRds } from '../../support/fake-rds.js';
import { FakeTargets } from '../../support/fake-targets.js';
import { LeapingClock } from '../../support/leaping-clock.js';
import { rejection } from '../../support/rejection.js';
import { releaseOf, work, type Embedded } from '../postgres/embedded.js';

const outputs = awsOutputs();
const known = outputs.database!;
const { prefix } = known.snapshots;
const copyMaster = 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:rds!db-4-Ab12Cd';
const run = 'production-1';
const name = copyName(prefix, run);

/** The instance in use and the copy are one server, where each one's master is another user. */
export function describeRehearsals(embedded: () => Embedded): void {
  describe('rehearsals on AWS', () => rehearsalsOn(embedded));
}

function rehearsalsOn(embedded: () => Embedded): void {
  let rds: FakeRds;
  let rehearsals: Rehearsals;
  let told: string[];
  let ecs: FakeEcs;
  let targets: FakeTargets;
  let written: { readonly arn: string; readonly login: Record<string, unknown> }[];
  let open: (of: typeof outputs) => Rehearsals;
  let port: number;

  const release = releaseOf({ '0001_rehearsed.sql': 'CREATE TABLE rehearsed AS SELECT current_user::text AS who;' });
  const rehearsed = async (sql = release) => {
    const copy = await rehearsals.open('before-run-1', run, work());
    try {
      return await copy.migrate({ ...awsSlotInput(), release: sql }, work(), {});
    } finally {
      await copy.remove();
    }
  };

  beforeEach(async () => {
    const server = embedded();
    ({ port } = server);
    const clock = new LeapingClock(new Date().toISOString());
    rds = new FakeRds(clock);
    rds.addInstance({ identifier: known.identifier, endpoint: { host: '127.0.0.1', port } });
    rds.becomes = { endpoint: { host: 'localhost', port }, masterSecret: { arn: copyMaster, status: 'active' } };
    await rds.createSnapshot(`${prefix}-before-run-1`, known.identifier, {});
    rds.calls.length = 0;
    told = [];
    const login = { dbname: 'shop', username: 'shop_app', password: 'Eleven-elephants_eat.eggs', sslmode: 'disable' };
    const value = async (arn: string): Promise<string> => {
      if (arn === known.applicationSecretArn) return JSON.stringify({ ...login, host: '127.0.0.1', port });
      const master = server.address(arn === copyMaster ? 'superuser' : 'owner');
      return JSON.stringify({ username: master.user, password: await master.password() });
    };
    ecs = new FakeEcs(clock);
    targets = new FakeTargets();
    written = [];
    const put = (arn: string, text: string): Promise<string> => {
      written.push({ arn, login: JSON.parse(text) as Record<string, unknown> });
      return Promise.resolve(`v-${written.length}`);
    };
    const logs = { read: () => Promise.resolve({ lines: [], next: undefined }) };
    open = (of) =>
      awsRehearsals({
        outputs: of,
        rds,
        secrets: { describe: () => Promise.resolve(undefined), value, put },
        tasks: { ecs, logs, clock, subnetIds: ['subnet-1'], securityGroupId: 'sg-1' },
        targets,
        clock,
        requireAccount: () => Promise.resolve(),
        tell: (line) => told.push(line),
      });
    rehearsals = open(outputs);
  });
  afterEach(() => embedded().query('superuser', 'DROP TABLE IF EXISTS rehearsed, crossfade_migrations'));

  it('apply migrations on an instance made of the snapshot, and delete it', async () => {
    const { milliseconds, waits } = await rehearsed();
    expect(milliseconds).to.be.at.least(0);
    expect(waits).to.deep.equal([]);
    const { rows } = await embedded().query('superuser', 'SELECT who FROM rehearsed');
    expect(rows, 'by the copy’s own master').to.deep.equal([{ who: embedded().address('superuser').user }]);
    expect(rds.restored.map(({ identifier, snapshot }) => ({ identifier, snapshot }))).to.deep.equal([
      { identifier: name, snapshot: `${prefix}-before-run-1` },
    ]);
    expect(rds.restored[0]?.tags).to.include({ 'crossfade:copy': 'rehearsal', 'crossfade:run': run });
    expect(rds.instances.get(name)?.status).to.equal('deleting');
    expect(rds.instances.get(known.identifier)?.status).to.equal('available');
  });

  it('start nothing on it where the program made nothing for that', async () => {
    const copy = await rehearsals.open('before-run-1', run, work());
    expect(copy).not.to.have.property('start');
    await copy.remove();
    expect(written).to.deep.equal([]);
  });

  it('delete it when a migration fails', async () => {
    const bad = releaseOf({ '0001_bad.sql': 'CREATE TABLE rehearsed AS SELECT 1 / 0 AS never;' });
    expect((await rejection(rehearsed(bad), PlatformError)).message).to.contain('division by zero');
    expect(rds.instances.get(name)?.status).to.equal('deleting');
  });

  it('tell of an instance that is left, whatever came of the migrations', async () => {
    rds.denied.add('DeleteDBInstance');
    await rehearsed();
    expect(told.join('\n')).to.contain(`the copy ${name} is left: DeleteDBInstance: AccessDenied`);
    rds.denied.clear();
    expect(await rehearsals.sweep()).to.deep.equal([name]);
  });

  it('make no instance where this machine does not reach the network in which it would lie', async () => {
    port = 1;
    expect((await rejection(rehearsed(), PlatformError)).message).to.contain(
      'a rehearsal: this machine does not reach',
    );
    expect(rds.restored).to.deep.equal([]);
  });

  it('are for releases that bring SQL where nothing can be started', async () => {
    const unable = (of: SlotInput['release']) => rehearsals.unableBecause?.({ ...awsSlotInput(), release: of });
    expect(await unable(release)).to.equal(undefined);
    const { version } = release;
    const own = { ...release, migrate: { service: 'api', command: ['migrate'] } };
    expect(await unable(own)).to.contain(`release ${version} migrates by its own command`);
    expect(await unable({ ...release, migrations: [] })).to.contain('has no migrations');
  });

  describe('where the program made what tasks on a copy need', () => {
    const rehearsing = rehearsingOutputs();
    const { loginSecretArn, routes } = rehearsing.database!.rehearsal!;
    const group = routes['api']!.targetGroupArn;
    const settings = settingsOf({
      values: {},
      secrets: { DATABASE: { reference: known.applicationSecretArn, version: 'AWSCURRENT' } },
    });
    const inputOf = (parts: Partial<SlotInput['release']> = {}): SlotInput => {
      const base = awsSlotInput();
      const { migrations } = release;
      return { ...base, settings, release: { ...base.release, migrations, ...parts } };
    };
    const tool = { service: 'api', command: ['node', 'migrate.mjs'] };

    beforeEach(() => {
      rehearsals = open(rehearsing);
      ecs.stays = (family) => (/_rehearse-/.test(family) ? `10.0.0.${family.endsWith('api') ? 11 : 12}` : undefined);
    });

    it('start a release on the copy, by a version of the login that only this copy has', async () => {
      const copy = await rehearsals.open('before-run-1', run, work());
      const early = await copy.start!(inputOf(), 'before', work());
      expect(written).to.deep.equal([
        {
          arn: loginSecretArn,
          login: {
            dbname: 'shop',
            username: 'shop_app',
            password: 'Eleven-elephants_eat.eggs',
            sslmode: 'disable',
            host: 'localhost',
            port,
          },
        },
      ]);
      expect(targets.addresses(group)).to.deep.equal(['10.0.0.11']);
      await early.stop();
      await copy.start!(inputOf(), 'after', work());
      expect(written, 'once per copy').to.have.length(1);
      expect(ecs.registered.map(({ secrets }) => secrets['DATABASE'])).to.deep.equal(
        Array.from({ length: 4 }, () => `${loginSecretArn}:::v-1`),
      );
      await copy.remove();
      expect(ecs.stopped).to.have.length(4);
      expect(targets.addresses(group)).to.deep.equal([]);
      expect(rds.instances.get(name)?.status).to.equal('deleting');
    });

    it('tell who waited for a lock that a migration held', async () => {
      await embedded().query('superuser', 'CREATE TABLE rehearsed (id int)');
      const slow = releaseOf({
        '0001_slow.sql': 'ALTER TABLE rehearsed ADD COLUMN slow int; SELECT pg_sleep(0.5); SELECT 1;',
      });
      const copy = await rehearsals.open('before-run-1', run, work());
      const service = await embedded().client('superuser', 'shop');
      const migrating = copy.migrate(inputOf({ migrations: slow.migrations }), work(), {});
      await new Promise((resolve) => setTimeout(resolve, 150));
      await service.query('SELECT count(*) FROM rehearsed');
      const { waits } = await migrating;
      const waited = waits.find(({ relation }) => relation === 'rehearsed');
      expect(waited).to.include({ who: 'service', mode: 'AccessShareLock' });
      expect(waited?.milliseconds).to.be.above(100);
      await copy.remove();
    });

    it('run a release’s own tool as the owner of the copy, and find no database in use by it', async () => {
      const copy = await rehearsals.open('before-run-1', run, work());
      await copy.migrate(inputOf({ migrations: [], migrate: tool }), work(), {});
      const [task] = ecs.registered;
      expect(task).to.deep.include({
        family: 'shop-production_rehearse',
        command: tool.command,
        logPrefix: 'rehearse',
      });
      expect(task?.environment).to.include({ PGHOST: 'localhost', PGPORT: String(port), CROSSFADE_REHEARSAL: '1' });
      expect(task?.secrets).to.deep.equal({
        DATABASE: `${loginSecretArn}:::v-1`,
        PGUSER: `${copyMaster}:username::`,
        PGPASSWORD: `${copyMaster}:password::`,
      });
      expect(JSON.stringify(ecs.registered)).to.not.contain(known.applicationSecretArn);
      await copy.remove();
    });

    it('bring the copy first where the live release has brought the database', async () => {
      const live = inputOf({
        migrations: releaseOf({ '0000_live.sql': 'CREATE TABLE rehearsed (id int);' }).migrations,
      });
      const since = { input: live, options: { hold: [] } };
      const copy = await rehearsals.open('before-run-1', run, work(), since);
      expect((await embedded().query('superuser', 'SELECT * FROM rehearsed')).rows).to.deep.equal([]);
      await (await copy.start!(inputOf(), 'before', work())).stop();
      await copy.remove();
    });

    it('never run the tool of a live release that would find the database in use', async () => {
      const live = { ...inputOf({ migrate: tool }), settings: awsSlotInput().settings };
      const since = { input: live, options: {} };
      const refused = await rejection(rehearsals.open('before-run-1', run, work(), since), RefusedError);
      expect(refused.message).to.contain("is the database's login");
      expect(rds.restored).to.deep.equal([]);
    });

    it('fail where the tool does', async () => {
      ecs.oneOffExit = 3;
      const copy = await rehearsals.open('before-run-1', run, work());
      const failed = await rejection(copy.migrate(inputOf({ migrate: tool }), work(), {}), PlatformError);
      expect(failed.message).to.contain('ended with code 3');
      await copy.remove();
    });

    it('are refused to a release that would find the database in use', async () => {
      const deaf = { ...inputOf(), settings: awsSlotInput().settings };
      expect(await rehearsals.unableBecause?.(deaf)).to.contain("is the database's login");
      expect(await rehearsals.unableBecause?.(inputOf({ migrations: [], migrate: tool }))).to.equal(undefined);
      expect(await rehearsals.unableBecause?.(inputOf({ migrations: [] }))).to.contain('has no migrations');
      const copy = await rehearsals.open('before-run-1', run, work());
      await rejection(copy.start!(deaf, 'after', work()), RefusedError);
      expect(ecs.oneOffs).to.deep.equal([]);
      await copy.remove();
    });

    it('are one at a time, refused before anything is made', async () => {
      const first = await rehearsals.open('before-run-1', run, work());
      const error = await rejection(rehearsals.open('before-run-1', 'production-2', work()), RefusedError);
      expect(error.message).to.match(new RegExp(`^another rehearsal is under way: ${run}, on ${name} since `));
      expect(rds.restored).to.have.length(1);
      await first.remove();
      await (await rehearsals.open('before-run-1', 'production-2', work())).remove();
    });

    for (const [when, milliseconds] of [
      ['before', -1],
      ['after', 1],
    ] as const) {
      it(`that began in the same moment leave it to the first: another's copy is from ${when}`, async () => {
        const other = copyName(prefix, 'production-2');
        // It had looked for others, too, before this one was made.
        const restore = rds.restore.bind(rds);
        rds.restore = async (wanted, ...asked) => {
          const made = await restore(wanted, ...asked);
          const since = new Date(Date.parse(wanted.tags['crossfade:since'] ?? '') + milliseconds).toISOString();
          const tags = { ...wanted.tags, 'crossfade:run': 'production-2', 'crossfade:since': since };
          rds.addInstance({ identifier: other, deletionProtection: false, tags });
          return made;
        };
        const opening = rehearsals.open('before-run-1', run, work());
        if (when === 'before') {
          expect((await rejection(opening, RefusedError)).message).to.contain(`production-2, on ${other}`);
          expect(rds.instances.get(name)?.status).to.equal('deleting');
        } else {
          await (await opening).remove();
        }
        expect(rds.instances.get(other)?.status).to.equal('available');
      });
    }

    it('stop and remove what a killed process of the same run has left, at once', async () => {
      const killed = await rehearsals.open('before-run-1', run, work());
      await killed.start!(inputOf(), 'after', work());
      expect(await rehearsals.sweep('production-2'), 'another run’s, which may be at work').to.deep.equal([]);
      expect(ecs.stopped).to.deep.equal([]);
      const gone = await rehearsals.sweep(run);
      expect(gone).to.have.length(3);
      expect(gone[0]).to.equal(name);
      expect(ecs.stopped).to.have.length(2);
      expect(targets.addresses(group)).to.deep.equal([]);
    });
  });
}
