import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { FakeClock } from './fake-clock.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import { fakePlatform, type FakePlatform, type World } from './fake-platform.js';

export interface OpenWorld {
  readonly platform: FakePlatform;
  readonly clock: Clock;
}

/** A fake world that outlives its process: every effect is in the file before the call returns. */
export function openWorldFile(path: string): OpenWorld & { readonly clock: FakeClock } {
  const world = JSON.parse(readFileSync(path, 'utf8')) as World;
  const save = (): void => saveWorld(path, world);
  const platform = fakePlatform(world, { save });
  const clock = new FakeClock(world.time);
  clock.onAdvance = (time) => platform.advanceTo(time);
  return { platform, clock };
}

export function saveWorld(path: string, world: World): void {
  writeFileSync(`${path}.next`, JSON.stringify(world));
  renameSync(`${path}.next`, path);
}
