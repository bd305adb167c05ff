import { setTimeout } from 'node:timers/promises';
import { release } from './release.js';

const medianMilliseconds = 25;
const spread = 0.3;

/** The time that a real service would spend computing: log-normal, so that it has a tail worth judging. */
export async function think(): Promise<void> {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  await setTimeout(medianMilliseconds * release.slowness * Math.exp(spread * normal));
}
