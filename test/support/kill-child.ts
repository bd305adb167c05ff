// Run by kill.test.ts in a process of its own: deploys on a fake world and dies where it is told to.
import { join } from 'node:path';
import { z } from 'zod';
import { FolderStore } from '../../journal/folder-store.js';
import { FakeCrossfade } from './fake-crossfade.js';
import { killStore } from './kill-store.js';
import { someRelease } from './product.js';

const errand = z
  .object({
    folder: z.string(),
    version: z.string(),
    point: z.object({ append: z.int(), when: z.enum(['before', 'after']) }),
  })
  .parse(JSON.parse(process.argv[2] ?? 'null'));

const store = killStore(new FolderStore(join(errand.folder, 'store')), errand.point);
const ended = await new FakeCrossfade(errand.folder, store).deploy(
  'local-20260101t000001z-second',
  someRelease(errand.version, {
    migrations: [{ id: '001_orders.sql', checksum: `sha256:${'1'.repeat(64)}`, phase: 'expand', sql: 'select 1' }],
  }),
);
process.stdout.write(ended.outcome);
