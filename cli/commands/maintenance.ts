import { describeDuration, readDuration, type Duration } from '../../contract/duration.js';
import { ConfigurationError, exitCodes, RefusedError, StoreError, type ExitCode } from '../../contract/errors.js';
import type { MaintenanceLine } from '../../contract/maintenance.js';
import { recordMaintenance } from '../../journal/maintenance-record.js';
import { readOutputs } from '../../journal/outputs.js';
import type { Store } from '../../journal/store.js';
import type { Maintenance, MaintenanceState } from '../../pipeline/ports/maintenance.js';
import { openPlatform } from '../../platforms/open.js';
import { findEnvironment } from '../find-environment.js';
import { openStore } from '../open-store.js';
import { identityOf } from '../identity-of.js';
import { print } from '../print/print.js';
import { systemClock } from '../run/system-clock.js';
import { noEngine } from '../status/look.js';
import { surroundingsOf } from '../surroundings-of.js';

/** Milliseconds: a page that nobody ends must not outlast the day. */
const longest = 86_400_000;

export interface MaintenanceOptions {
  readonly because: string;
  /** A duration such as 30m, for `on` only. */
  readonly for: string | undefined;
  readonly json: boolean;
}

/** The page is switched first and written down after: users come before records. */
export async function maintenance(
  verb: 'on' | 'off' | 'status',
  name: string | undefined,
  options: MaintenanceOptions,
): Promise<ExitCode> {
  const forMilliseconds = verb === 'on' ? readFor(options.for) : 0;
  const { environment, store, port, who } = await open(name);
  const by = verb === 'status' ? 'nobody' : await who();
  const line = { format: 1, by, because: options.because, at: systemClock.now().toISOString() } as const;
  switch (verb) {
    case 'on': {
      const state = await port.on({ owner: by, because: options.because, forMilliseconds });
      const until = new Date(Date.parse(line.at) + forMilliseconds).toISOString();
      await writeDown(store, environment, { ...line, action: 'on', until });
      return tell(environment, state, options.json);
    }
    case 'off': {
      const ended = await port.off();
      if (ended !== undefined) await writeDown(store, environment, { ...line, action: 'off' });
      return tell(environment, undefined, options.json);
    }
    case 'status':
      return tell(environment, await port.read(), options.json);
  }
}

/** Throws ConfigurationError. */
function readFor(text = ''): Duration {
  const duration = readDuration(text);
  if (duration !== undefined && duration > 0 && duration <= longest) return duration;
  throw new ConfigurationError(`--for ${text}: expected a duration such as 30m, at most 24h`);
}

interface Opened {
  readonly environment: string;
  readonly store: Store;
  readonly port: Maintenance;
  readonly who: () => Promise<string>;
}

async function open(name: string | undefined): Promise<Opened> {
  const found = await findEnvironment(name);
  const store = openStore(found);
  const outputs = await readOutputs(store, found.name);
  const platform = await openPlatform(outputs, surroundingsOf(found.name, store, noEngine));
  if (platform.maintenance === undefined)
    throw new RefusedError(`the ${platform.name} platform has no maintenance page`);
  const who = () => identityOf(found.configuration);
  return { environment: found.name, store, port: platform.maintenance, who };
}

async function writeDown(store: Store, environment: string, line: MaintenanceLine): Promise<void> {
  try {
    await recordMaintenance(store, environment, line);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    process.stderr.write(`done, but not on record: ${error.message}\n`);
  }
}

function tell(environment: string, state: MaintenanceState | undefined, json: boolean): ExitCode {
  print(json, { environment, maintenance: state ?? null }, () => [
    state === undefined
      ? `${environment}: users are served, no maintenance page is on`
      : `${environment}: users get the maintenance page since ${state.since}, by ${state.owner}: ${state.because}`,
    ...(state === undefined
      ? []
      : [
          `it ends by itself in ${describeDuration(state.remainingMilliseconds)}; 'crossfade maintenance off ${environment}' ends it now`,
        ]),
  ]);
  return exitCodes.done;
}
