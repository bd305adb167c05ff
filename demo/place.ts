import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const project = join(root, '.crossfade', 'demo');

/** Where the demo's things are. It works on a copy of demo/shop, and all that it leaves behind lies beside that. */
export const place = {
  root,
  /** A Pulumi project, as a team would have it. */
  template: join(root, 'demo', 'shop'),
  product: join(root, 'demo', 'product'),
  crossfade: join(root, 'bin', 'crossfade.js'),
  environment: 'local',
  project,
  directory: join(project, '.crossfade', 'local'),
  store: join(project, '.crossfade', 'store'),
  builds: join(project, 'builds'),
  reports: join(project, 'reports'),
} as const;
