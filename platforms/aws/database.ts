import { RefusedError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import { parse } from '../../contract/parse.js';
import type { Release } from '../../contract/release.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Database } from '../../pipeline/ports/database.js';
import type { MigrationOptions } from '../../pipeline/ports/migration-options.js';
import type { Work } from '../../pipeline/ports/work.js';
import { ask, askRows } from '../postgres/ask.js';
import { compareLedger } from '../postgres/compare-ledger.js';
import { readLedger } from '../postgres/ledger.js';
import { migrate } from '../postgres/migrate.js';
import { openSession } from '../postgres/session.js';
import { markWrites, writeMarkSchema, writesSince } from '../postgres/write-mark.js';
import { rdsCopies } from './copies.js';
import { databaseAddress } from './database-login.js';
import type { EcsApi } from './ecs-api.js';
import { ensureApplicationRole } from './ensure-application-role.js';
import { instanceInUse } from './instance-in-use.js';
import type { Keeper } from './keeper.js';
import { leftCopies } from './left-copies.js';
import { migratesWithin, migrationTask } from './migration-task.js';
import { runOneOff, type OneOffParts } from './one-off-task.js';
import { persist } from './persist.js';
import type { RdsApi } from './rds-api.js';
import { reachedDatabase, type ReachedDatabase } from './reached-database.js';
import { releaseBackups } from './release-backups.js';
import { awsRestores } from './restores.js';
import { snapshotDrill } from './snapshot-drill.js';
import { snapshotCopies, type SnapshotCopies } from './snapshot-copies.js';
import type { SecretsApi } from './secrets.js';
import type { TargetsApi } from './targets-api.js';

export interface AwsDatabaseParts {
  readonly outputs: AwsOutputs;
  readonly database: NonNullable<AwsOutputs['database']>;
  readonly rds: RdsApi;
  /** In the region of copies; asked only where the policy names one. */
  readonly rdsElsewhere: (region: string) => RdsApi;
  readonly secrets: SecretsApi;
  readonly ecs: Pick<EcsApi, 'services'>;
  readonly tasks: OneOffParts;
  readonly targets: TargetsApi;
  readonly keeper: Keeper;
  readonly clock: Clock;
  /** Throws when these are not the environment's account's credentials: RDS goes by names. */
  readonly requireAccount: () => Promise<void>;
}

const patience = 30_000;

/**
 * PostgreSQL on RDS. Snapshots and a release's own migration tool need no way to the database itself: the tool runs in
 * a task beside the slots. Plain SQL, migrations and questions alike, needs a runner that reaches it.
 */
export function awsDatabase(parts: AwsDatabaseParts): Database {
  const { outputs, database, rds, secrets, clock, requireAccount } = parts;
  const inUse = () => instanceInUse(parts);
  const { reached, withOwner } = reachedDatabase({ secrets, database, clock, inUse });
  const backups = releaseBackups({
    ...parts,
    environment: outputs.environment,
    inUse,
    withOwner,
    copies: copiesOf(parts),
  });

  async function migrateBySql(
    release: Release,
    run: string,
    work: Work,
    options: MigrationOptions = {},
  ): Promise<JsonObject> {
    if (release.migrations.length === 0) return {};
    const owner = await reached(`${release.migrations.length} migrations in SQL`, 'owner');
    const role = await ensureApplicationRole(owner, database, secrets, clock);
    if (role !== undefined) work.say(role);
    return migrate(owner, release, { ...options, run }, work);
  }

  async function migrateByTool(release: Release, input: SlotInput, work: Work): Promise<JsonObject> {
    if (!release.migrate) return {};
    if (!(release.migrate.service in release.artifacts)) {
      throw new RefusedError(
        `release ${release.version} migrates with service ${release.migrate.service}, of which it has no artifact`,
      );
    }
    const [{ host, port, database: name }, { ownerSecretArn }] = await Promise.all([
      databaseAddress(secrets, database, 'application', clock),
      inUse(),
    ]);
    const loginArn = ownerSecretArn ?? database.applicationSecretArn;
    const place = { host, port, name, loginArn, migration: database.migration };
    const definition = migrationTask(outputs, place, release, input);
    work.say(`${definition.family}: ${release.migrate.command[0] ?? ''} of ${release.migrate.service} migrates`);
    const oneOff = { definition, token: `migrate-${input.run}`, within: migratesWithin };
    return { command: await runOneOff(parts.tasks, oneOff, work) };
  }

  return {
    async backUp(name, work) {
      await requireAccount();
      return backups.backUp(name, work);
    },
    verifyBackup: (name, work) => backups.verifyBackup(name, work),
    async prune(needed, options) {
      await requireAccount();
      return backups.prune(needed, options);
    },
    async migrate(release, input, work, options) {
      await requireAccount();
      return {
        ...(await migrateBySql(release, input.run, work, options)),
        ...(await migrateByTool(release, input, work)),
      };
    },
    async migrations(release) {
      if (release.migrations.length === 0) return { applied: [], missing: [], differing: [], contracted: [] };
      const address = await reached('looking which migrations are in', 'owner');
      const session = await openSession(address, { applicationName: 'crossfade migrations', readOnly: true });
      try {
        return compareLedger(release.migrations, await readLedger(session));
      } finally {
        await session.close();
      }
    },
    async ask(sql, signal) {
      return ask(await reached('a verification', 'application'), sql, signal === undefined ? {} : { signal });
    },
    mark: () => withOwner('marking what was written', markWrites),
    async writesSince(since) {
      if ('backup' in since) return backups.writesSince(since.backup);
      const mark = parse(writeMarkSchema, since.mark, 'the mark');
      return withOwner('counting what was written', (session) => writesSince(session, mark));
    },
    async askRows(sql, signal) {
      return askRows(await reached('a question', 'application'), sql, signal === undefined ? {} : { signal });
    },
    /** As RDS sees it: from where the runner stands a private database answers nobody. */
    async reachable() {
      const { identifier } = await inUse();
      const found = await persist(() => rds.instance(identifier), { clock, within: patience });
      if (!found) return { answer: 'no', because: `there is no instance ${identifier}`, evidence: {} };
      const because = `RDS calls ${identifier} ${found.status}`;
      return { answer: serving.has(found.status) ? 'yes' : 'no', because, evidence: { status: found.status } };
    },
    ...besideIt(parts, reached),
  };
}

/** Where instances may be made beside it. */
function besideIt(
  parts: AwsDatabaseParts,
  reached: ReachedDatabase['reached'],
): Pick<Database, 'restores' | 'drill' | 'leftovers'> {
  const { outputs, database, keeper, clock } = parts;
  const { restore, snapshots } = database;
  if (restore === null) return {};
  const restores = awsRestores({ ...parts, restore });
  const copies = rdsCopies({ ...parts, restore }, 'drill');
  const { environment } = outputs;
  const { prefix } = snapshots;
  const drill = snapshotDrill({ copies, list: () => restores.list(), reached, environment, keeper, prefix, clock });
  const { rehearsal } = database;
  const stage = rehearsal && { outputs, routes: rehearsal.routes, ecs: parts.tasks.ecs, targets: parts.targets, clock };
  const rehearsed = rdsCopies({ ...parts, restore }, 'rehearsal');
  const leftovers = leftCopies({ copies: rehearsed, stage: stage ?? undefined });
  return { restores, drill, leftovers };
}

function copiesOf({ outputs, database, rdsElsewhere, clock }: AwsDatabaseParts): SnapshotCopies | undefined {
  const { copyTo: region, copyKeyArn: keyArn, prefix } = database.snapshots;
  if (region === null || keyArn === null) return undefined;
  return snapshotCopies({ api: rdsElsewhere(region), outputs, prefix, to: { region, keyArn }, clock });
}

/** In which an instance of RDS goes on answering. */
const serving = new Set(['available', 'backing-up', 'configuring-enhanced-monitoring', 'storage-optimization']);
