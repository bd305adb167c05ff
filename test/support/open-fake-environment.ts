import type { OpenEnvironment } from '../../cli/open-environment.js';
import { StoredPeople } from '../../cli/people/stored-people.js';
import { environmentConfigurationSchema } from '../../contract/configuration.js';
import { EngineError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import type { Store } from '../../journal/store.js';
import { StoredQuarantine } from '../../journal/stored-quarantine.js';
import type { Approvers } from '../../contract/approver.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { Platform } from '../../pipeline/ports/platform.js';

/** An environment as commands open it, on a fake platform; nothing in it reads a stack file or knows an engine. */
export function openFakeEnvironment(of: {
  readonly store: Store;
  readonly clock: Clock;
  readonly platform: Platform;
  readonly by?: string;
  readonly approvers?: Approvers;
  readonly more?: Record<string, unknown>;
}): OpenEnvironment {
  const { store, clock, platform, by = 'cron', approvers = {}, more = {} } = of;
  const configuration = parse(
    environmentConfigurationSchema,
    {
      platform: 'local',
      product: 'shop',
      backend: 'file://state',
      secretsProvider: 'passphrase',
      store: '.crossfade/store',
      services: { api: { kind: 'routed', path: '/' } },
      ...more,
    },
    'test',
  );
  const none = () => Promise.reject(new EngineError('there is no engine here'));
  return {
    name: 'local',
    configuration,
    folder: '/',
    store,
    clock,
    by,
    quarantine: new StoredQuarantine(store, clock, by),
    people: new StoredPeople(store, { approvers, accountsCount: false }),
    engine: { up: none, destroy: none, preview: none, ensureStack: none, exportState: none, outputs: none },
    outputs: none,
    refreshOutputs: none,
    platform: () => Promise.resolve(platform),
  };
}
