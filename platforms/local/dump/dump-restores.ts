import { z } from 'zod';
import { IntegrityError, RefusedError } from '../../../contract/errors.js';
import type { Restores } from '../../../pipeline/ports/restores.js';
import type { Work } from '../../../pipeline/ports/work.js';
import type { PostgresAddress } from '../../postgres/address.js';
import { createDatabase, openMaintenance } from '../../postgres/aside-database.js';
import { dropDatabase } from '../../postgres/left-databases.js';
import { orLackingMigrations } from '../../postgres/or-lacking-migrations.js';
import { orDrop } from '../../postgres/or-drop.js';
import { openSession, type Session } from '../../postgres/session.js';
import { listBackups } from '../backup/retain-backups.js';
import type { DumpManifest } from './dump-manifest.js';
import type { DumpPlace } from './dump-place.js';
import { commenting, commentOf, markedDatabases, marking, readMark } from './marked-databases.js';
import { renameDatabases } from './rename-databases.js';
import { namesOf } from './restored-names.js';
import { refuseFullServer } from './refuse-full-server.js';
import { restoreDump } from './restore-dump.js';
import { compareDump } from './verify-dump.js';

export interface DumpRestoresOptions {
  readonly place: DumpPlace;
  /** Of a dump, which is brought here first where it lies elsewhere only. */
  readonly manifest: (name: string, work?: Work) => Promise<DumpManifest>;
  /** Rights on the database itself, which no dump of one database carries; after a switch. */
  readonly settle?: () => Promise<void>;
  /** Starts the server where it is ours and was stopped: the way back must not wait for somebody. */
  readonly revive?: () => Promise<void>;
}

/**
 * A restore is a second database on the same server. The name is what slots connect to, so the switch is two renames in
 * one transaction: both happen, or neither.
 */
export function dumpRestores({ place, manifest, settle, revive }: DumpRestoresOptions): Restores {
  async function onServer<Result>(
    act: (session: Session, address: PostgresAddress) => Promise<Result>,
  ): Promise<Result> {
    const address = await place.address();
    const session = await openMaintenance(address, 'crossfade restore');
    try {
      return await act(session, address);
    } finally {
      await session.close();
    }
  }

  async function onLivingServer<Result>(
    act: (session: Session, address: PostgresAddress) => Promise<Result>,
  ): Promise<Result> {
    await revive?.();
    return onServer(act);
  }

  return {
    list: () => listBackups(place.dumps),
    beside: (backup, run, work) =>
      onServer(async (session, address) => {
        const began = performance.now();
        const { restored } = namesOf(run);
        const found = await manifest(backup, work);
        await refuseStranger(session, address.database, restored, run);
        if (!(await isThere(session, restored)) && !(await isThere(session, namesOf(run).kept))) {
          await refuseFullServer(place, address);
          const making = `${restored.slice(0, 56)}_making`;
          await dropDatabase(session, making);
          await createDatabase(session, making, 'template0', address);
          const mark = { of: address.database, run, was: 'restored' as const, at: now(), comment: null };
          // Marked from the beginning: should this process be killed, others can tell whose it is.
          await session.run(marking(making, mark));
          work.say(`restoring ${backup} beside the database, ${found.bytes} bytes`);
          const fill = async () => {
            await restoreDump(place, found, { ...address, database: making }, work);
            // What has the name is whole.
            await renameDatabases(session, [[making, restored]], [marking(restored, mark)], work.signal);
          };
          await orDrop(fill, () => dropDatabase(session, making));
        }
        return { backup, database: restored, bytes: found.bytes, milliseconds: Math.round(performance.now() - began) };
      }),
    verify: (backup, run, release) =>
      onServer(async (session, address) => {
        const { restored } = namesOf(run);
        if (!(await isThere(session, restored))) throw new IntegrityError(`nothing was restored to ${restored}`);
        const beside = { ...address, database: restored };
        const verdict = await compareDump(await manifest(backup), beside, 0);
        if (verdict.answer !== 'yes' || release === undefined) return verdict;
        const looking = await openSession(beside, { applicationName: 'crossfade check', readOnly: true });
        try {
          return await orLackingMigrations(verdict, release, looking);
        } finally {
          await looking.close();
        }
      }),
    inUse: (run) => onLivingServer((session) => isThere(session, namesOf(run).kept)),
    switchTo: (run, work) =>
      onServer(async (session, { database }) => {
        const began = performance.now();
        const { restored, kept } = namesOf(run);
        work.say(`slots go on with what was restored; the database before is kept as ${kept}`);
        if (!(await isThere(session, kept))) {
          const comment = await commentOf(session, database);
          const mark = { of: database, run, was: 'before' as const, at: now(), comment };
          await renameDatabases(
            session,
            [
              [database, kept],
              [restored, database],
            ],
            [marking(kept, mark), commenting(database, comment)],
            work.signal,
          );
        }
        await settle?.();
        return { database, kept, milliseconds: Math.round(performance.now() - began) };
      }),
    switchBack: (run, work, { keep } = { keep: false }) =>
      onLivingServer(async (session, { database }) => {
        const { restored, kept, keptAfter } = namesOf(run);
        if (await isThere(session, kept)) {
          work.say(`slots go back to what is kept as ${kept}`);
          const left = keep ? keptAfter : restored;
          const was = keep ? ('after' as const) : ('restored' as const);
          const comment = readMark(await commentOf(session, kept))?.comment ?? null;
          await renameDatabases(
            session,
            [
              [database, left],
              [kept, database],
            ],
            [marking(left, { of: database, run, was, at: now(), comment: null }), commenting(database, comment)],
            work.signal,
          );
        }
        await settle?.();
        return { database };
      }),
    remove: (run) =>
      onLivingServer(async (session, { database }) => {
        const { restored, kept } = namesOf(run);
        if (await isThere(session, kept)) throw new RefusedError('slots use what was restored: it is not removed');
        await dropDatabase(session, `${restored.slice(0, 56)}_making`);
        if (!(await isOwn(session, database, restored, run))) return { removed: null };
        await dropDatabase(session, restored);
        return { removed: restored };
      }),
    kept: () => onServer((session, { database }) => markedDatabases(session, database)),
    drop: (name) =>
      onServer(async (session, { database }) => {
        const marked = await markedDatabases(session, database);
        if (marked.some((each) => each.name === name)) await dropDatabase(session, name);
      }),
  };
}

/** What has the name of a run's restore, and was made by somebody else, is neither used nor dropped. */
async function refuseStranger(session: Session, of: string, restored: string, run: string): Promise<void> {
  if (!(await isThere(session, restored)) || (await isOwn(session, of, restored, run))) return;
  throw new RefusedError(`there is a database ${restored} already, which this run has not made`, {
    hint: 'it is left as it is: drop it, or give it another name',
  });
}

async function isOwn(session: Session, of: string, restored: string, run: string): Promise<boolean> {
  const mark = readMark(await commentOf(session, restored));
  return mark?.of === of && mark.run === run;
}

function now(): string {
  return new Date().toISOString();
}

async function isThere(session: Session, name: string): Promise<boolean> {
  const rows = await session.rows(z.unknown(), 'SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  return rows.length > 0;
}
