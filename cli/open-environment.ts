import type { EnvironmentConfiguration } from '../contract/configuration.js';
import { EngineError, RefusedError } from '../contract/errors.js';
import { environmentOutputsSchema, type EnvironmentOutputs } from '../contract/outputs.js';
import { parse } from '../contract/parse.js';
import { readOutputs, saveOutputs } from '../journal/outputs.js';
import type { Store } from '../journal/store.js';
import { StoredQuarantine } from '../journal/stored-quarantine.js';
import type { People } from '../pipeline/people/people.js';
import type { Clock } from '../pipeline/ports/clock.js';
import type { Platform } from '../pipeline/ports/platform.js';
import { openPlatform } from '../platforms/open.js';
import { openEngine, type Engine } from '../platforms/pulumi/engine.js';
import { findEngine } from '../platforms/pulumi/find-engine.js';
import { lazyEngine } from '../platforms/pulumi/lazy-engine.js';
import { findEnvironment } from './find-environment.js';
import { identityOf } from './identity-of.js';
import { openPeople } from './people/open-people.js';
import { openStore } from './open-store.js';
import { systemClock } from './run/system-clock.js';
import { surroundingsOf } from './surroundings-of.js';

/** An environment as the commands that act on it need it. */
export interface OpenEnvironment {
  readonly name: string;
  readonly configuration: EnvironmentConfiguration;
  /** Of the Pulumi project. */
  readonly folder: string;
  readonly store: Store;
  readonly clock: Clock;
  /** Who acts, for the journal: see identity-of.ts. */
  readonly by: string;
  readonly quarantine: StoredQuarantine;
  /** What those have decided whose word counts here. */
  readonly people: People;
  readonly engine: Omit<Engine, 'variables'>;
  /** As they were snapshotted last: needs no Pulumi. Throws RefusedError before the first up. */
  outputs(): Promise<EnvironmentOutputs>;
  /** As Pulumi's state has them now; snapshotted. */
  refreshOutputs(): Promise<EnvironmentOutputs>;
  platform(outputs: EnvironmentOutputs): Promise<Platform>;
}

/** `name` may be left out where there is one environment only. */
export async function openEnvironment(name: string | undefined, from?: string): Promise<OpenEnvironment> {
  const found = await findEnvironment(name, from);
  const store = openStore(found);
  const by = await identityOf(found.configuration);
  const engine = lazyEngine(async () => {
    const installed = await findEngine();
    if (!installed) {
      throw new EngineError('Pulumi is not installed, or too old', { hint: "'crossfade doctor' says how to get it" });
    }
    const { configuration, folder: root, directory } = found;
    const { platform, backend, secretsProvider } = configuration;
    return openEngine({
      environment: {
        name: found.name,
        platform,
        backend,
        secretsProvider,
        root,
        ...(directory === undefined ? {} : { directory }),
      },
      bin: installed.bin,
      saveState: (key, text) => store.putOnce(key, text),
    });
  });
  return {
    name: found.name,
    configuration: found.configuration,
    folder: found.folder,
    store,
    clock: systemClock,
    by,
    quarantine: new StoredQuarantine(store, systemClock, by),
    people: openPeople({ ...found, store, clock: systemClock }, process.env),
    engine,
    outputs: () => readOutputs(store, found.name),
    async refreshOutputs() {
      const raw = await engine.outputs(found.name);
      if (!raw || Object.keys(raw).length === 0) {
        throw new RefusedError(`the environment ${found.name} is not up`, {
          hint: `'pulumi up --stack ${found.name}' brings it up`,
        });
      }
      const hint = `nothing was changed; 'pulumi up --stack ${found.name}' with this version gives every output`;
      const outputs = parse(environmentOutputsSchema, raw, `outputs of stack ${found.name}`, hint);
      refuseOtherPlace(found.configuration, outputs);
      await saveOutputs(store, outputs);
      return outputs;
    },
    platform: (outputs) => openPlatform(outputs, surroundingsOf(found.name, store, engine)),
  };
}

/** What stands elsewhere than the stack file says is not what is meant. */
function refuseOtherPlace(configuration: EnvironmentConfiguration, outputs: EnvironmentOutputs): void {
  const { environment, platform } = outputs;
  const hint = `'pulumi up --stack ${environment}' makes it what its stack file says; nothing was changed`;
  if (configuration.platform !== platform) {
    throw new RefusedError(`${environment} is up on ${platform}, its stack file says ${configuration.platform}`, {
      hint,
    });
  }
  if (configuration.platform !== 'aws' || outputs.platform !== 'aws') return;
  for (const [what, said, is] of [
    ['account', configuration.accountId, outputs.accountId],
    ['region', configuration.region, outputs.region],
  ] as const) {
    if (said !== is)
      throw new RefusedError(`${environment} is up in ${what} ${is}, its stack file says ${said}`, { hint });
  }
}
