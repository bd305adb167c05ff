import { resolve } from 'node:path';
import { z } from 'zod';
import { exitCodes, type ExitCode } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import { releaseSchema, versionSchema, type Release } from '../../contract/release.js';
import { createRelease } from '../../journal/releases.js';
import { findEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';
import { releaseLines } from '../print/release-lines.js';
import { print } from '../print/print.js';
import { readArtifacts } from '../release/read-artifacts.js';
import { readCommit } from '../release/read-commit.js';
import { readMigrations } from '../release/read-migrations.js';
import { readVerifications } from '../release/read-verifications.js';
import { systemClock } from '../run/system-clock.js';

export interface ReleaseCreateOptions {
  readonly version: string;
  readonly artifact: readonly string[];
  readonly migrations: string | undefined;
  readonly migrate: string | undefined;
  readonly migrateMustChange: boolean;
  readonly verifications: string | undefined;
  readonly requiredSetting: readonly string[];
  /** False: the services don't tolerate each other's other version. */
  readonly mixedVersions: boolean;
  readonly commit: string | undefined;
  readonly author: string | undefined;
  readonly json: boolean;
}

/** Writes the manifest of a release, which nothing changes ever after. */
export async function createReleaseCommand(name: string | undefined, options: ReleaseCreateOptions): Promise<ExitCode> {
  const environment = await findEnvironment(name);
  const version = parse(versionSchema, options.version, '--version');
  const store = openStore(environment);
  const { platform, services } = environment.configuration;
  const commit = await commitOf(environment.folder, options);
  const release = {
    format: 1,
    version,
    commit,
    createdAt: systemClock.now().toISOString(),
    artifacts: await readArtifacts(options.artifact, { platform, services, store: store.place }),
    migrations: options.migrations === undefined ? [] : await readMigrations(resolve(options.migrations)),
    ...(options.migrate === undefined ? {} : { migrate: readMigrate(options.migrate, options.migrateMustChange) }),
    verifications: options.verifications === undefined ? [] : await readVerifications(resolve(options.verifications)),
    requiredSettings: options.requiredSetting,
    toleratesMixedVersions: options.mixedVersions,
  };
  const outcome = await createRelease(store, parse(releaseSchema, release, 'release'));
  print(options.json, outcome, () => [
    outcome.created ? `release ${version} is made` : `release ${version} was made before, of the very same`,
    ...releaseLines(outcome.release),
  ]);
  return exitCodes.done;
}

async function commitOf(
  folder: string,
  { commit, author }: ReleaseCreateOptions,
): Promise<{ sha: string; author: string }> {
  if (commit !== undefined && author !== undefined) return { sha: commit, author };
  const found = await readCommit(folder);
  return { sha: commit ?? found.sha, author: author ?? found.author };
}

function readMigrate(text: string, mustChange: boolean): NonNullable<Release['migrate']> {
  const at = text.indexOf('=');
  const where = '--migrate';
  let command: unknown;
  try {
    command = JSON.parse(text.slice(at + 1));
  } catch {
    command = text.slice(at + 1);
  }
  const argv = parse(z.array(z.string()).min(1), command, where);
  return { service: text.slice(0, at), command: argv, ...(mustChange ? { mustChange } : {}) };
}
