import { Turn } from './endings.js';
import type { Session } from './session.js';

/** When the dead-man's switch has gone back for this run: recorded, and the reason to go on going back. */
export async function firedTurn({ platform, record }: Session, run: string): Promise<Turn | undefined> {
  const { fired } = (await platform.deadMansSwitch?.read()) ?? { fired: undefined };
  if (fired?.run !== run) return undefined;
  const because = `the dead-man's switch fired at ${fired.at}`;
  await record({ kind: 'fired', token: fired.token, weights: fired.returnTo, because });
  return new Turn(because, "dead-man's switch", 'fired');
}
