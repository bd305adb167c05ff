import type { Check } from '../contract/gate.js';
import type { Verdict } from '../contract/verdict.js';
import type { Asked, Questions } from '../pipeline/questions.js';
import { unknown } from './answer.js';
import type { Surroundings } from './surroundings.js';

/** The items of a checklist, asked from this machine. */
export function openQuestions(around: Surroundings): Questions {
  return { ask: (check, about, signal) => ask(check, about, around, signal) };
}

/** Each adapter is loaded when it is asked: a checklist of signatures loads none. */
async function ask(check: Check, about: Asked, around: Surroundings, signal: AbortSignal): Promise<Verdict> {
  switch (check.kind) {
    case 'command':
      return (await import('./command.js')).askCommand(check, about, around, signal);
    case 'document':
      return (await import('./document.js')).askDocument(check, about, around, signal);
    case 'git':
      return (await import('./git.js')).askGit(check, about, around, signal);
    default:
      return unknown(`this version of crossfade can't ask a check of kind ${check.kind}`);
  }
}
