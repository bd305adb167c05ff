import { expect } from 'chai';
import { settingsOf } from '../../contract/settings.js';
import type { SlotInput } from '../../contract/slot-input.js';
import { migratedSince } from '../../pipeline/rehearsal/migrated-since.js';
import { someRelease } from '../support/product.js';

const settings = settingsOf({ values: {}, secrets: {} });
const inputOf = (parts: Parameters<typeof someRelease>[1]): SlotInput => ({
  run: 'run-1',
  release: someRelease('1.0.0', parts),
  settings,
  replicas: {},
});
const database = (missing: readonly string[]) => ({
  migrations: () => Promise.resolve({ applied: [], missing, differing: [], contracted: [] }),
});

describe('what a copy of an older backup lacks', () => {
  it('is what the live release has migrated, without what still waits in the database', async () => {
    const since = await migratedSince(inputOf({}), database(['2_drop.sql']));
    expect(since?.options.hold).to.deep.equal(['2_drop.sql']);
    expect(since?.input.release.version).to.equal('1.0.0');
  });

  it('is a failure of no tool that finds it there already', async () => {
    const migrate = { service: 'api', command: ['node', 'up.js'], mustChange: true };
    const since = await migratedSince(inputOf({ migrate }), database([]));
    expect(since?.input.release.migrate).to.deep.equal({ ...migrate, mustChange: false });
  });

  it('is nothing before a first release', async () => {
    expect(await migratedSince(undefined, database([]))).to.equal(undefined);
  });
});
