import type { Release } from '../../contract/release.js';
import { table } from './table.js';

/** A manifest for people. */
export function releaseLines(release: Release): string[] {
  const { commit, artifacts, migrations, migrate, verifications, requiredSettings } = release;
  const rows: string[][] = [
    ['commit', `${commit.sha} by ${commit.author}`],
    ['made', release.createdAt],
    ...Object.entries(artifacts).map(([service, { digest, reference }]) => [
      service,
      reference.includes(digest) ? reference : digest,
    ]),
    ...migrations.map(({ id, phase }) => [
      'migration',
      phase === 'contract' ? `${id} (contract: waits until no slot needs what it removes)` : id,
    ]),
    ...(migrate ? [['migrates by', `${migrate.service}: ${migrate.command.join(' ')}`]] : []),
    ...verifications.map((verification) => ['verifies', describeVerification(verification)]),
    ...(requiredSettings.length > 0 ? [['requires', requiredSettings.join(', ')]] : []),
    ...(release.toleratesMixedVersions
      ? []
      : [['needs', 'cohort affinity: its services do not tolerate mixed versions']]),
  ];
  return table(rows).map((line) => `  ${line}`);
}

export interface ListedRelease {
  readonly release: Release;
  /** Why it may not be deployed; undefined: it may. */
  readonly quarantined: string | undefined;
}

/** Newest first, one line each. */
export function releaseListLines(listed: readonly ListedRelease[]): string[] {
  if (listed.length === 0) return ["no releases yet: 'crossfade release create --help' shows how to make one"];
  return table(
    [...listed]
      .reverse()
      .map(({ release, quarantined }) => [
        release.version,
        release.createdAt.slice(0, 16).replace('T', ' '),
        release.commit.sha.slice(0, 10),
        release.commit.author.replace(/ <.*>$/, ''),
        quarantined === undefined ? '' : `QUARANTINED: ${quarantined}`,
      ]),
  );
}

function describeVerification(verification: Release['verifications'][number]): string {
  if ('check' in verification) return `${verification.name} (${verification.check.kind})`;
  if ('equals' in verification) return `${verification.name} is ${verification.equals}`;
  return `${verification.name}: ${JSON.stringify(verification.expect)}`;
}
