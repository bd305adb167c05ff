import { z } from 'zod';
import { worstAnswer } from '../../contract/verdict.js';
import { HeldError, Turn } from '../endings.js';
import { askPeople } from '../people/ask-people.js';
import { askingSchema } from '../people/asking.js';
import type { Step } from '../step.js';

export const awaitPeopleArguments = z.strictObject({ asked: z.array(askingSchema).min(1) });

/** Before a first release gets its users, where there is nothing to watch meanwhile: parks until they have decided. */
export function awaitPeople({ asked }: z.output<typeof awaitPeopleArguments>): Step {
  return {
    kind: 'look',
    async run(context) {
      const verdicts = await Promise.all(asked.map((asking) => askPeople(context, asking)));
      const answer = worstAnswer(verdicts.map((verdict) => verdict.answer));
      const because = verdicts
        .filter((verdict) => verdict.answer === answer)
        .map((verdict) => verdict.because)
        .join('\n');
      const evidence = { people: verdicts.map((verdict) => verdict.evidence) };
      await context.record({ kind: 'noted', step: context.step, message: because, evidence });
      if (answer === 'no') throw new Turn(because, 'people', 'abort');
      if (answer === 'unknown') throw new HeldError(because);
      return { because, evidence };
    },
  };
}
