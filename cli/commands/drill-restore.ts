import type { DrillRecord } from '../../contract/database-proofs.js';
import { describeDuration } from '../../contract/duration.js';
import { exitCodes, RefusedError, StoreError, type ExitCode } from '../../contract/errors.js';
import { readOutputs } from '../../journal/outputs.js';
import { StoredProofs } from '../../journal/stored-proofs.js';
import type { Database } from '../../pipeline/ports/database.js';
import { openPlatform } from '../../platforms/open.js';
import { findEnvironment } from '../find-environment.js';
import { identityOf } from '../identity-of.js';
import { openStore } from '../open-store.js';
import { print } from '../print/print.js';
import { interrupts } from '../run/interrupts.js';
import { redactionOf } from '../run/redaction.js';
import { settingsAsNamed } from '../run/gather-facts.js';
import { systemClock } from '../run/system-clock.js';
import { noEngine } from '../status/look.js';
import { surroundingsOf } from '../surroundings-of.js';

export interface DrillOptions {
  readonly json: boolean;
  readonly dryRun: boolean;
}

/** Restores the newest backup aside, compares it, and keeps on record what came of it. Holds nobody up: it takes no lease. */
export async function drillRestore(name: string | undefined, { json, dryRun }: DrillOptions): Promise<ExitCode> {
  const found = await findEnvironment(name);
  const store = openStore(found);
  const platform = await openPlatform(
    await readOutputs(store, found.name),
    surroundingsOf(found.name, store, noEngine),
  );
  const { database } = platform;
  if (database?.drill === undefined || database.restores === undefined) {
    throw new RefusedError(`on ${platform.name} no backup can be restored aside here`, {
      hint:
        database === undefined ? 'the environment has no database' : 'restore a snapshot by hand, beside the database',
    });
  }
  if (dryRun) return tellNewest(database, json);
  const redaction = await redactionOf(platform, [settingsAsNamed(found)], { goingBack: false });
  const interrupt = interrupts((line) => void process.stderr.write(`${line}\n`));
  try {
    const say = (line: string): void => {
      if (!json) process.stdout.write(`${redaction.line(line)}\n`);
    };
    const drilled = await database.drill({ signal: interrupt.signal, say });
    const { answer, because, evidence } = drilled.verdict;
    const record: DrillRecord = {
      format: 1,
      backup: drilled.backup,
      backupCreatedAt: drilled.backupCreatedAt,
      at: systemClock.now().toISOString(),
      by: await identityOf(found.configuration),
      milliseconds: drilled.milliseconds,
      answer,
      because: redaction.line(because),
      evidence,
    };
    await writeDown(new StoredProofs(store, found.name), record);
    print(json, { environment: found.name, ...record }, () => linesOf(record));
    return answer === 'yes' ? exitCodes.done : exitCodes.refused;
  } finally {
    interrupt.stop();
  }
}

async function tellNewest(database: Database, json: boolean): Promise<ExitCode> {
  const newest = (await database.restores?.list())?.[0];
  print(json, { backup: newest ?? null, changed: false }, () => [
    newest === undefined
      ? 'there is no backup to restore'
      : `would restore ${newest.name} of ${newest.createdAt}, ${newest.bytes} bytes, aside`,
  ]);
  return exitCodes.done;
}

async function writeDown(proofs: StoredProofs, record: DrillRecord): Promise<void> {
  try {
    await proofs.noteDrill(record);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    process.stderr.write(`done, but not on record: ${error.message}\n`);
  }
}

function linesOf({ backup, backupCreatedAt, milliseconds, answer, because }: DrillRecord): string[] {
  return [
    `${answer === 'yes' ? 'good' : 'NOT GOOD'}: ${backup} of ${backupCreatedAt}, restored and compared in ${describeDuration(milliseconds)}`,
    because,
  ];
}
