import { release } from './release.js';
import { setting } from './setting.js';

/** Who this process is. The version comes from the build, the place and the digest from the platform. */
export const identity = {
  version: release.version,
  colour: setting('CROSSFADE_COLOUR'),
  digest: setting('CROSSFADE_DIGEST'),
};
