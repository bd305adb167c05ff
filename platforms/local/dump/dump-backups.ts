import { IntegrityError, PlatformError } from '../../../contract/errors.js';
import type { NeededBackup } from '../../../contract/retention.js';
import type { Verdict } from '../../../contract/verdict.js';
import type { Backup } from '../../../pipeline/ports/database.js';
import type { Work } from '../../../pipeline/ports/work.js';
import type { PostgresAddress } from '../../postgres/address.js';
import { openAsideDatabase } from '../../postgres/aside-database.js';
import { orDrop } from '../../postgres/or-drop.js';
import type { BackupKind } from '../backup/backup-kind.js';
import { retainBackups } from '../backup/retain-backups.js';
import { unfinishedBackups } from '../backup/unfinished-backups.js';
import type { PostgresRole } from '../host/postgres-roles.js';
import { joinLeftovers } from '../join-leftovers.js';
import { databaseLeftovers } from './database-leftovers.js';
import { readDumpManifest, type DumpManifest } from './dump-manifest.js';
import type { DumpPlace } from './dump-place.js';
import { dumpRestores } from './dump-restores.js';
import { refuseFullServer } from './refuse-full-server.js';
import { restoreDump } from './restore-dump.js';
import { secondPlace } from './second-place.js';
import { takeDump } from './take-dump.js';
import { verifyDump } from './verify-dump.js';

export interface DumpBackupsOptions {
  readonly place: DumpPlace;
  address(role: PostgresRole): Promise<PostgresAddress>;
  /** Backups that open runs and retained slots may still need. */
  readonly neededBackups?: () => Promise<readonly NeededBackup[]>;
  /** Rights on the database itself, which no dump of one database carries. */
  readonly settle?: () => Promise<void>;
  /** Starts the server where it is ours. */
  readonly revive?: () => Promise<void>;
}

/** Backups by pg_dump: in a folder, and where the stack file says so in S3 as well. */
export function dumpBackups(options: DumpBackupsOptions): BackupKind {
  const { place } = options;
  const second = place.settings.copyTo && secondPlace(place.settings.copyTo);

  async function manifestOf(name: string, work?: Work): Promise<DumpManifest> {
    const found = await readDumpManifest(place.dumps, name);
    if (found !== undefined) return found;
    if (second !== undefined && work !== undefined && (await second.has(name))) {
      await second.bringBack(place.dumps, name, work);
      const brought = await readDumpManifest(place.dumps, name);
      if (brought?.name === name) return brought;
      throw new IntegrityError(`what ${second.address} has as ${name} is another backup`);
    }
    throw new PlatformError(`there is no backup ${name}`);
  }

  async function checkBoth(name: string, work: Work): Promise<Verdict> {
    const verdict = await verifyDump(place, name, work);
    if (verdict.answer !== 'yes' || second === undefined) return verdict;
    const because = await second.lacksBecause(await manifestOf(name), work.signal);
    return because === undefined ? verdict : { ...verdict, answer: 'no', because };
  }

  return {
    async backUp(name, work) {
      const manifest = await takeDump(place, name, work);
      await second?.keep(place.dumps, manifest, work);
      return described(manifest, second?.address);
    },
    check: checkBoth,
    async prune(needed, asked) {
      const all = [...needed, ...((await options.neededBackups?.()) ?? [])];
      const first = async (name: string) => second?.remove(name);
      return retainBackups(place.dumps, { ...asked, keep: place.settings.keep, needed: all, first });
    },
    async markOf(name) {
      const { mark } = await manifestOf(name);
      if (mark !== null) return mark;
      throw new PlatformError(`what was written since ${name} can't be counted: the server did not tell how much was`);
    },
    leftovers: joinLeftovers([databaseLeftovers(() => place.address()), unfinishedBackups(place.dumps)]),
    restores: dumpRestores({
      place,
      manifest: manifestOf,
      ...(options.settle ? { settle: options.settle } : {}),
      ...(options.revive ? { revive: options.revive } : {}),
    }),
    async openClone(name, work) {
      const began = performance.now();
      const manifest = await manifestOf(name, work);
      const owner = await place.address();
      await refuseFullServer(place, owner);
      const aside = await openAsideDatabase(owner, { purpose: 'clone', madeBy: `a rehearsal on ${name}` });
      work.say(`restoring ${name} into ${aside.address.database}`);
      await orDrop(
        () => restoreDump(place, manifest, aside.address, work),
        () => aside.remove(),
      );
      const { database } = aside.address;
      return {
        milliseconds: Math.round(performance.now() - began),
        remove: () => aside.remove(),
        address: async (role) => ({ ...(await options.address(role)), database }),
      };
    },
  };
}

function described(manifest: DumpManifest, second: string | undefined): Backup {
  const { name, bytes, createdAt, milliseconds, serverVersion, clientVersion, entries, tables, mark, digest } =
    manifest;
  return {
    name,
    bytes,
    evidence: {
      kind: 'dump',
      createdAt,
      milliseconds,
      serverVersion,
      clientVersion,
      digest,
      encrypted: manifest.sealed !== null,
      entries,
      tables: Object.keys(tables).length,
      lsn: mark?.lsn ?? null,
      ...(second === undefined ? {} : { copiedTo: second }),
    },
  };
}
