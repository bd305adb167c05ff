import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const shop = join(root, 'demo', 'shop');

/** Where the demo's things are. All that it leaves behind lies in `traces`. */
export const place = {
  root,
  shop,
  environment: 'local',
  crossfade: join(root, 'bin', 'crossfade.js'),
  traces: join(shop, '.crossfade'),
  directory: join(shop, '.crossfade', 'local'),
  store: join(shop, '.crossfade', 'store'),
  reports: join(shop, '.crossfade', 'reports'),
  builds: join(shop, '.crossfade', 'builds'),
  product: join(root, 'demo', 'product'),
} as const;
