import type { z } from 'zod';
import { worstAnswer, type Verdict } from '../../contract/verdict.js';
import { HeldError, Turn } from '../endings.js';
import { askInOrder } from '../people/ask-in-order.js';
import type { Asking } from '../people/asking.js';
import type { Context, Step } from '../step.js';
import type { awaitPeopleArguments } from './await-people-arguments.js';

const lookEvery = 2_000;

/**
 * Before a first release gets its users, where there is nothing to watch meanwhile: waits for people as long as the run is
 * told to, and parks then.
 */
export function awaitPeople({ asked }: z.output<typeof awaitPeopleArguments>): Step {
  return {
    kind: 'look',
    async run(context) {
      const { clock, step, work, waitForPeople } = context;
      const began = clock.monotonic();
      let told: string | undefined;
      for (;;) {
        const { answer, because, evidence } = await ask(context, asked);
        if (because !== told) await context.record({ kind: 'noted', step, message: because, evidence });
        told = because;
        if (answer === 'yes') return { because, evidence };
        if (answer === 'no') throw new Turn(because, 'people', 'abort');
        if (clock.monotonic() - began >= waitForPeople) throw new HeldError(because);
        work.say(because);
        await clock.sleep(lookEvery, context.signal);
      }
    },
  };
}

async function ask(context: Context, asked: readonly Asking[]): Promise<Verdict> {
  const verdicts = await askInOrder(context, asked);
  const answer = worstAnswer(verdicts.map((verdict) => verdict.answer));
  const because = verdicts.filter((verdict) => verdict.answer === answer).map((verdict) => verdict.because);
  return { answer, because: because.join('\n'), evidence: { people: verdicts.map((verdict) => verdict.evidence) } };
}
