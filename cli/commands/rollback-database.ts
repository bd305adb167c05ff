import { otherColour } from '../../contract/colour.js';
import { ConfigurationError, RefusedError, exitCodes, type ExitCode } from '../../contract/errors.js';
import type { Plan } from '../../contract/plan.js';
import { newRunId } from '../../journal/run-id.js';
import { lossOf, readAcknowledgement, type Loss } from '../../pipeline/loss.js';
import { liveColour } from '../../pipeline/live-colour.js';
import { planRestore } from '../../pipeline/plan-restore.js';
import type { Database } from '../../pipeline/ports/database.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { Restores, StandingBackup } from '../../pipeline/ports/restores.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { lossLines, type PricedBackup } from '../print/loss-lines.js';
import { print } from '../print/print.js';
import { gatherFacts } from '../run/gather-facts.js';
import { exitOfForward } from '../run/outcome-exit.js';
import { perform } from '../run/perform.js';
import { unprovenBecause } from '../run/unproven-because.js';
import { dryRun, refuseUnfinished } from './deploy.js';

export interface RollbackDatabaseOptions {
  readonly because: string;
  readonly json: boolean;
  readonly dryRun: boolean;
  /** Name of a backup; left out: only what each would lose is shown. */
  readonly restore: string | undefined;
  readonly lose: string | undefined;
}

const shownBackups = 3;
const maintenanceMilliseconds = 900_000;

/** Shows what a restore would lose and the three ways on; restores only what was named, for the loss that was typed. */
export async function rollbackDatabase(name: string | undefined, options: RollbackDatabaseOptions): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const outputs = await environment.outputs();
  const platform = await environment.platform(outputs);
  const { database, restores } = restorable(environment, platform);
  if (options.restore === undefined) {
    if (options.lose !== undefined)
      throw new ConfigurationError('--lose needs --restore: the loss is that of one backup', {
        hint: `'crossfade rollback ${environment.name} --database' shows the backups and what each would lose`,
      });
    return show(environment, platform, await priced(database, restores), options.json);
  }
  const unable = await restores.unableBecause?.();
  if (unable !== undefined) throw new RefusedError(unable);
  const backup = options.restore;
  const acknowledged = await acknowledgement(database, restores, backup, options.lose, environment.name);
  const run = newRunId(environment.name, environment.clock.now());
  const plan = async (): Promise<Plan> => {
    await refuseUnfinished(environment);
    const facts = await gatherFacts(environment, platform, outputs, { run, because: options.because });
    const live = liveColour(facts.reading, facts.slots);
    const records = { store: environment.store, quarantine: environment.quarantine, environment: environment.name };
    const unproven = live === null ? undefined : await unprovenBecause(records, facts.slots[otherColour(live)]);
    // Counted once more, now that nobody else can begin anything.
    const loss = lossOf(await database.writesSince({ backup }));
    return planRestore({ ...facts, unproven, backup, loss, acknowledged, maintenanceMilliseconds });
  };
  if (options.dryRun) return dryRun(await plan(), options.json);
  return perform({ environment, platform, json: options.json, exitOf: exitOfForward, conducting: { run, plan } });
}

function restorable({ name }: OpenEnvironment, platform: Platform): { database: Database; restores: Restores } {
  const { database } = platform;
  if (database === undefined) throw new RefusedError(`${name} has no database`);
  if (database.restores === undefined || platform.maintenance === undefined)
    throw new RefusedError(`no backup can be restored beside the database of ${name}`, {
      hint:
        platform.maintenance === undefined ? 'there is no maintenance page to do it behind' : 'whoever owns it has to',
    });
  return { database, restores: database.restores };
}

/** Throws ConfigurationError for words that are no acknowledgement, showing what there is to acknowledge. */
async function acknowledgement(
  database: Database,
  restores: Restores,
  backup: string,
  lose: string | undefined,
  environment: string,
): Promise<{ readonly rows: number | null }> {
  const backups = await restores.list();
  const standing = backups.find((each) => each.name === backup);
  if (standing === undefined) {
    const known = backups.map((each) => each.name);
    throw new RefusedError(`there is no backup ${backup}`, {
      hint: known.length === 0 ? 'there is none at all' : `there is ${known.join(', ')}`,
    });
  }
  const typed = lose === undefined ? undefined : readAcknowledgement(lose);
  if (typed !== undefined) return typed;
  const loss = await priceOf(database, standing);
  const lines = lossLines(environment, [loss], undefined).join('\n');
  const what = lose === undefined ? 'a restore loses what was written since' : `'${lose}' is no number of rows`;
  throw new ConfigurationError(`${what}: type how much\n${lines}`);
}

async function priced(database: Database, restores: Restores): Promise<readonly PricedBackup[]> {
  const newest = (await restores.list()).slice(0, shownBackups);
  const prices: PricedBackup[] = [];
  for (const backup of newest) prices.push(await priceOf(database, backup));
  return prices;
}

async function priceOf(database: Database, backup: StandingBackup): Promise<PricedBackup> {
  const loss: Loss = lossOf(await database.writesSince({ backup: backup.name }));
  return { backup, loss };
}

async function show(
  environment: OpenEnvironment,
  platform: Platform,
  prices: readonly PricedBackup[],
  json: boolean,
): Promise<ExitCode> {
  const maintenance = await platform.maintenance?.read();
  print(json, { environment: environment.name, changed: false, maintenance: maintenance ?? null, prices }, () =>
    lossLines(environment.name, prices, maintenance),
  );
  return exitCodes.done;
}
