import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what we fetched or compiled is kept between runs, outside of every repository. Anybody may delete it. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return join(environment['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'crossfade');
}
