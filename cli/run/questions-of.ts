import type { JsonObject } from '../../contract/json.js';
import { keepAttachment } from '../../journal/attachments.js';
import type { Questions } from '../../pipeline/questions.js';
import type { OpenEnvironment } from '../open-environment.js';
import type { Redaction } from './redaction.js';

/** Loaded with the first item that is asked. `attach` keeps what a command printed; in the store when left out. */
export function questionsOf(
  { folder, clock, store }: OpenEnvironment,
  redaction: Redaction,
  attach = async (run: string, text: string): Promise<JsonObject> => ({ ...(await keepAttachment(store, run, text)) }),
): Questions {
  return {
    async ask(check, about, signal) {
      const { openQuestions } = await import('../../gates/open-questions.js');
      const questions = openQuestions({
        folder,
        clock,
        variables: process.env,
        redacting: redaction.pieces,
        attach,
      });
      return questions.ask(check, about, signal);
    },
  };
}
