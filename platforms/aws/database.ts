import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import { parse } from '../../contract/parse.js';
import type { Release } from '../../contract/release.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Clock, Database, Work } from '../../pipeline/ports.js';
import type { PostgresAddress } from '../postgres/address.js';
import { ask, askRows, reachable } from '../postgres/ask.js';
import { compareLedger } from '../postgres/compare-ledger.js';
import { readLedger } from '../postgres/ledger.js';
import { migrate } from '../postgres/migrate.js';
import { openSession, type Session } from '../postgres/session.js';
import { markWrites, writeMarkSchema, writesSince } from '../postgres/write-mark.js';
import { databaseAddress } from './database-login.js';
import { ensureApplicationRole } from './ensure-application-role.js';
import type { Keeper } from './keeper.js';
import { migrationTask } from './migration-task.js';
import { runOneOff, type OneOffParts } from './one-off-task.js';
import { persist } from './persist.js';
import type { RdsApi } from './rds-api.js';
import type { SecretsApi } from './secrets.js';
import { followPolicy } from './snapshot-policy.js';
import { rdsSnapshots } from './snapshots.js';

export interface AwsDatabaseParts {
  readonly outputs: AwsOutputs;
  readonly database: NonNullable<AwsOutputs['database']>;
  readonly rds: RdsApi;
  readonly secrets: SecretsApi;
  readonly tasks: OneOffParts;
  readonly keeper: Keeper;
  readonly clock: Clock;
  /** Throws when these are not the environment's account's credentials: RDS goes by names. */
  readonly requireAccount: () => Promise<void>;
}

const reachedWithin = 5_000;
const migratesWithin = 60 * 60_000;
const patience = 30_000;

/**
 * PostgreSQL on RDS. Snapshots and a release's own migration tool need no way to the database itself: the tool runs in
 * a task beside the slots. Plain SQL, migrations and questions alike, needs a runner that reaches it.
 */
export function awsDatabase(parts: AwsDatabaseParts): Database {
  const { outputs, database, rds, secrets, clock, requireAccount } = parts;
  const snapshots = rdsSnapshots({ api: rds, database, environment: outputs.environment, clock });

  /** Throws PlatformError, saying what for, where this machine has no way to the database. */
  async function reached(what: string, role: 'owner' | 'application'): Promise<PostgresAddress> {
    const address = await databaseAddress(secrets, database, role, clock);
    const { answer, because } = await reachable(address, reachedWithin);
    if (answer === 'yes') return address;
    throw new PlatformError(`${what}: this machine does not reach ${address.host}:${address.port}: ${because}`, {
      hint: 'the database lies in subnets of its own: run this on a runner inside the network, or let the release bring its own tool (release create --migrate)',
    });
  }

  async function withOwner<Answer>(what: string, ask: (session: Session) => Promise<Answer>): Promise<Answer> {
    const address = await reached(what, 'owner');
    const session = await openSession(address, { applicationName: 'crossfade writes', readOnly: true });
    try {
      return await ask(session);
    } finally {
      await session.close();
    }
  }

  async function migrateBySql(release: Release, run: string, work: Work): Promise<JsonObject> {
    if (release.migrations.length === 0) return {};
    const owner = await reached(`${release.migrations.length} migrations in SQL`, 'owner');
    const role = await ensureApplicationRole(owner, database, secrets, clock);
    if (role !== undefined) work.say(role);
    return migrate(owner, release, { run }, work);
  }

  async function migrateByTool(release: Release, input: SlotInput, work: Work): Promise<JsonObject> {
    if (!release.migrate) return {};
    if (!(release.migrate.service in release.artifacts)) {
      throw new RefusedError(
        `release ${release.version} migrates with service ${release.migrate.service}, of which it has no artifact`,
      );
    }
    const definition = migrationTask(outputs, database, release, input);
    work.say(`${definition.family}: ${release.migrate.command[0] ?? ''} of ${release.migrate.service} migrates`);
    const oneOff = { definition, token: `migrate-${input.run}`, within: migratesWithin };
    return { command: await runOneOff(parts.tasks, oneOff, work) };
  }

  return {
    async backUp(name, work) {
      await requireAccount();
      return snapshots.backUp(name, work);
    },
    async verifyBackup(name, work) {
      const verdict = await snapshots.verifyBackup(name, work);
      if (verdict.answer !== 'yes') return verdict;
      const policy = { api: rds, database, environment: outputs.environment, keeper: parts.keeper, clock };
      return { ...verdict, evidence: { ...verdict.evidence, ...(await followPolicy(policy, name)) } };
    },
    async migrate(release, input, work) {
      await requireAccount();
      return { ...(await migrateBySql(release, input.run, work)), ...(await migrateByTool(release, input, work)) };
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
      if ('mark' in since) {
        const mark = parse(writeMarkSchema, since.mark, 'the mark');
        return withOwner('counting what was written', (session) => writesSince(session, mark));
      }
      throw new PlatformError(
        `what was written since snapshot ${since.backup} can't be counted: RDS keeps no counters`,
        {
          hint: 'a mark that was taken while the database was reached can be counted from',
        },
      );
    },
    async askRows(sql, signal) {
      return askRows(await reached('a question', 'application'), sql, signal === undefined ? {} : { signal });
    },
    /** As RDS sees it: from where the runner stands a private database answers nobody. */
    async reachable() {
      const found = await persist(() => rds.instance(database.identifier), { clock, within: patience });
      if (!found) return { answer: 'no', because: `there is no instance ${database.identifier}`, evidence: {} };
      const because = `RDS calls ${database.identifier} ${found.status}`;
      return { answer: serving.has(found.status) ? 'yes' : 'no', because, evidence: { status: found.status } };
    },
  };
}

/** In which an instance of RDS goes on answering. */
const serving = new Set(['available', 'backing-up', 'configuring-enhanced-monitoring', 'storage-optimization']);
