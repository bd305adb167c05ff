import { failureOf } from './failure.js';
import type { Course, Session } from './session.js';

/** Keeps a rolled-back release from coming straight back. Digests that the live slot runs too are left alone. */
export async function quarantineRelease(session: Session, { plan }: Course, because: string): Promise<void> {
  const { input, from, run } = plan;
  if (plan.action !== 'deploy' || !input) return;
  try {
    const live = from === null ? [] : (await session.platform.slots.state(from)).replicas;
    for (const { digest } of Object.values(input.release.artifacts)) {
      if (live.some((replica) => replica.digest === digest)) continue;
      await session.quarantine.add({ digest, because, run });
    }
  } catch (error) {
    session.say(`not all digests of ${input.release.version} were quarantined: ${failureOf(error).message}`);
  }
}
