import { z } from 'zod';
import { describeDuration } from '../../contract/duration.js';
import { parse } from '../../contract/parse.js';
import { rehearsalDigest } from '../rehearsal/rehearsal-digest.js';
import type { Gate } from '../step.js';

const rehearsedArguments = z.strictObject({ acceptForMilliseconds: z.number().nonnegative() });

/** These migrations, with these releases beside them, were rehearsed not too long ago. */
export const rehearsed: Gate = {
  async ask({ plan, platform, step, clock, signal }) {
    const planned = plan.steps.find(({ id }) => id === step);
    const { acceptForMilliseconds } = parse(rehearsedArguments, planned?.arguments, `gate ${step}`);
    if (!plan.input) throw new Error('this gate needs a plan with an input');
    const { release } = plan.input;
    const live = plan.from === null ? undefined : (await platform.slots.state(plan.from, signal)).input?.release;
    const good = await platform.proofs?.goodRehearsal(rehearsalDigest(release, live));
    const type = `'crossfade rehearse ${plan.environment} ${release.version}' rehearses it`;
    if (good === undefined) {
      const because = `these migrations were not rehearsed with these releases: ${type}`;
      return { answer: 'no', because, evidence: {} };
    }
    const age = Math.max(0, clock.now().getTime() - Date.parse(good.at));
    const evidence = { at: good.at, by: good.by, backup: good.backup, ageMilliseconds: age };
    if (age <= acceptForMilliseconds) {
      return { answer: 'yes', because: `rehearsed ${describeDuration(age)} ago: ${good.because}`, evidence };
    }
    const because = `rehearsed ${describeDuration(age)} ago, which is accepted for ${describeDuration(acceptForMilliseconds)}: ${type}`;
    return { answer: 'no', because, evidence };
  },
};
