import { PlatformError, RefusedError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import type { Release } from '../../contract/release.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { MigrationOptions } from '../../pipeline/ports/migration-options.js';
import type { Work } from '../../pipeline/ports/work.js';
import { postgresUrl, type PostgresAddress } from '../postgres/address.js';
import { migrate, type MigrateOptions } from '../postgres/migrate.js';
import { toolName } from '../postgres/foreign-sessions.js';
import { withMigrationLock } from '../postgres/migration-lock.js';
import { noteOwnCommand } from '../postgres/note-own-command.js';
import { runOneOff } from './one-off.js';

export interface MigrateAtOptions {
  /** Where an artifact of this digest lies. */
  artifactFolder(digest: string): string;
  /** Settings, secrets included, that a one-off of this input gets beside DATABASE_URL; left out: the input's plain values. */
  environmentOf?(input: SlotInput): Promise<Readonly<Record<string, string>>>;
  readonly migrate?: Omit<MigrateOptions, 'run'>;
  readonly oneOffTimeoutMilliseconds?: number;
}

/** Plain SQL, then the release's own tool, on the database at this address: the one in use, or a copy of it. */
export async function migrateAt(
  owner: PostgresAddress,
  release: Release,
  input: SlotInput,
  work: Work,
  options: MigrateAtOptions,
  wanted: MigrationOptions = {},
): Promise<JsonObject> {
  return {
    ...(await migrate(owner, release, { ...options.migrate, ...wanted, run: input.run }, work)),
    ...(await runOwnCommand(options, owner, release, input, work, wanted.blockAtMostMilliseconds)),
  };
}

/** The release's own tool, under the same lock as plain SQL. */
async function runOwnCommand(
  options: MigrateAtOptions,
  owner: PostgresAddress,
  release: Release,
  input: SlotInput,
  work: Work,
  blockAtMostMilliseconds = 5_000,
): Promise<JsonObject> {
  const { migrate: own } = release;
  if (own === undefined) return {};
  const artifact = release.artifacts[own.service];
  if (artifact === undefined)
    throw new RefusedError(
      `release ${release.version} migrates with service ${own.service}, of which it has no artifact`,
    );
  const tool = own.command[0] ?? '';
  work.say(`running ${tool} of ${own.service} to migrate`);
  const settings = (await options.environmentOf?.(input)) ?? input.settings.values;
  const oneOff = {
    argv: own.command,
    folder: options.artifactFolder(artifact.digest),
    environment: { ...settings, DATABASE_URL: await postgresUrl(owner), PGAPPNAME: toolName },
    timeoutMilliseconds: options.oneOffTimeoutMilliseconds ?? 900_000,
    say: (line: string) => work.say(line),
  };
  const withinMilliseconds = options.migrate?.otherMigrationMilliseconds ?? 60_000;
  const { freeBytes } = options.migrate ?? {};
  const lock = { run: input.run, withinMilliseconds, blockAtMostMilliseconds, freeBytes };
  const { result, changed } = await withMigrationLock(owner, lock, work, () => runOneOff(oneOff));
  const before = await noteOwnCommand(owner, { release: release.version, run: input.run, changed });
  if (!changed && !before) {
    const nothing = `${tool} ended well and changed nothing: neither the schema nor its own table of versions`;
    if (own.mustChange === true)
      throw new PlatformError(nothing, { hint: `does it connect to DATABASE_URL? run it by hand in ${oneOff.folder}` });
    work.say(nothing);
  }
  return { command: { ...result, changed } };
}
