import { z } from 'zod';
import { describeDuration } from '../../contract/duration.js';
import { parse } from '../../contract/parse.js';
import type { Gate } from '../step.js';

const drillArguments = z.strictObject({ withinMilliseconds: z.number().positive() });

/** A backup was restored and found good, not too long ago. */
export const restoreDrill: Gate = {
  async ask({ plan, platform, step, clock }) {
    const planned = plan.steps.find(({ id }) => id === step);
    const { withinMilliseconds } = parse(drillArguments, planned?.arguments, `gate ${step}`);
    const type = `'crossfade drill restore ${plan.environment}' makes one`;
    if (platform.proofs === undefined) {
      return { answer: 'unknown', because: 'no records of restore drills can be read here', evidence: {} };
    }
    const last = await platform.proofs.lastGoodDrill();
    if (last === undefined && plan.from === null) {
      return {
        answer: 'yes',
        because: 'nothing is live yet, so there is no backup that could be restored',
        evidence: {},
      };
    }
    if (last === undefined) return { answer: 'no', because: `no restore drill was good yet: ${type}`, evidence: {} };
    const age = clock.now().getTime() - Date.parse(last.at);
    const evidence = { backup: last.backup, at: last.at, ageMilliseconds: age, restoreMilliseconds: last.milliseconds };
    const what = `the last good restore drill is ${describeDuration(Math.max(0, age))} old`;
    if (age <= withinMilliseconds) return { answer: 'yes', because: what, evidence };
    return {
      answer: 'no',
      because: `${what}, and may be ${describeDuration(withinMilliseconds)}: ${type}`,
      evidence,
    };
  },
};
