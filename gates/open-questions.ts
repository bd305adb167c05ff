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
    case 'http':
      return (await import('./http.js')).askHttp(check, about, around, signal);
    case 'sql':
      return (await import('./sql.js')).askSql(check, about, around, signal);
    case 'metric':
      return (await import('./metric.js')).askMetric(check, about, around, signal);
    case 'config':
      return (await import('./config.js')).askConfig(check, about, around, signal);
    case 'secret':
      return (await import('./secret.js')).askSecret(check, about, around, signal);
    case 'git':
      return (await import('./git.js')).askGit(check, about, around, signal);
    case 'ci':
      return (await import('./ci.js')).askCi(check, about, around, signal);
    case 'window':
      return (await import('./window.js')).askWindow(check, about, around, signal);
    case 'document':
      return (await import('./document.js')).askDocument(check, about, around, signal);
    case 'external':
      return (await import('./external.js')).askExternal(check, about, around, signal);
    case 'capacity':
      return (await import('./capacity.js')).askCapacity(check, about, around, signal);
    case 'on-call':
      return (await import('./on-call.js')).askOnCall(check, about, around, signal);
    default:
      return unknown(`a run does not ask a check of kind ${check.kind}`);
  }
}
