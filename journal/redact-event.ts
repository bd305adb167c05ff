import { RefusedError } from '../contract/errors.js';
import type { EventBody } from '../contract/event.js';
import type { Json } from '../contract/json.js';
import type { Redactor } from './redact.js';

// Shorter ones are found by chance in names and SQL, and a plan is refused, not masked.
const shortestInPlan = 8;

/** For Journal.open(): free text and evidence without secrets. Throws RefusedError for a plan that has one in it. */
export function redactEvents(redactor: Redactor): (body: EventBody) => EventBody {
  return (body) => {
    if (body.kind === 'planned') {
      const path = findSecret(redactor, body.plan as unknown as Json, 'plan');
      if (path === undefined) return body;
      throw new RefusedError(`the plan has the value of a secret in it, at ${path}`, {
        hint: 'a secret belongs under `secrets`, by reference',
      });
    }
    const parts: Record<string, unknown> = { ...body };
    if ('because' in body) parts['because'] = redactor.text(body.because);
    if ('message' in body) parts['message'] = redactor.text(body.message);
    if ('evidence' in body && body.evidence !== undefined) parts['evidence'] = redactor.json(body.evidence);
    if ('failure' in body) {
      const { code, message, hint } = body.failure;
      parts['failure'] = {
        code,
        message: redactor.text(message),
        ...(hint === undefined ? {} : { hint: redactor.text(hint) }),
      };
    }
    return parts as EventBody;
  };
}

function findSecret(redactor: Redactor, value: Json, path: string): string | undefined {
  if (typeof value === 'string') {
    return redactor.find(value).some(({ begin, end }) => end - begin >= shortestInPlan) ? path : undefined;
  }
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, member] of Object.entries(value)) {
    const found = findSecret(redactor, member, `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
