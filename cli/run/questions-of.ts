import { keepAttachment } from '../../journal/attachments.js';
import type { Questions } from '../../pipeline/questions.js';
import type { OpenEnvironment } from '../open-environment.js';
import type { Redaction } from './redaction.js';

/** Loaded with the first item that is asked. */
export function questionsOf({ folder, clock, store }: OpenEnvironment, redaction: Redaction): Questions {
  return {
    async ask(check, about, signal) {
      const { openQuestions } = await import('../../gates/open-questions.js');
      const questions = openQuestions({
        folder,
        clock,
        variables: process.env,
        redacting: redaction.pieces,
        attach: async (run, text) => ({ ...(await keepAttachment(store, run, text)) }),
      });
      return questions.ask(check, about, signal);
    },
  };
}
