import { someServices } from './product.js';
import { emptyWorld, fakePlatform } from './fake-platform.js';
import { describeSwitch } from '../platforms/switch-conformance.js';

describeSwitch('the fake platform', () => {
  const world = emptyWorld(someServices());
  const weights = { blue: 100, green: 0 };
  Object.assign(world, { weights: { api: weights, web: weights }, dark: [] });
  const platform = fakePlatform(world);
  const { traffic, deadMansSwitch } = platform;
  if (deadMansSwitch === undefined) throw new Error('the fake platform has a switch');
  return Promise.resolve({
    traffic,
    deadMansSwitch,
    pass(milliseconds: number) {
      platform.advanceTo(world.time + milliseconds);
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  });
});
