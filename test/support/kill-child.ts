// Run by kill.test.ts in a process of its own: deploys on a fake world and dies where it is told to.
import { FakeCrossfade } from './fake-crossfade.js';
import type { Errand } from './kill-child-process.js';
import { killStore } from './kill-store.js';
import { openStoreOfChild } from './open-store-of-child.js';
import { someRelease } from './product.js';

const errand = JSON.parse(process.argv[2] ?? 'null') as Errand;
const store = killStore(openStoreOfChild(JSON.stringify(errand.store)), errand.point);
const ended = await new FakeCrossfade(errand.folder, store).deploy(
  'local-20260101t000001z-second',
  someRelease(errand.version, {
    migrations: [{ id: '001_orders.sql', checksum: `sha256:${'1'.repeat(64)}`, phase: 'expand', sql: 'select 1' }],
  }),
);
process.stdout.write(ended.outcome);
