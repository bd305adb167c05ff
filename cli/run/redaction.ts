import type { EventBody } from '../../contract/event.js';
import type { Plan } from '../../contract/plan.js';
import { Redactor, type RedactedStream } from '../../journal/redact.js';
import { redactEvents } from '../../journal/redact-event.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { Settings } from '../../contract/settings.js';

/** Shorter ones stand by chance in names, numbers and colours, and masking those would falsify the record. */
const shortest = 6;

export interface Redaction {
  /** Before it is hashed. Only of a rollback: any other plan that has a secret in it is refused when it is recorded. */
  readonly plan: (plan: Plan) => Plan;
  readonly event: (body: EventBody) => EventBody;
  readonly line: (text: string) => string;
  /** For long text that arrives in pieces; takes these out of it also. */
  readonly pieces: (secrets: readonly string[]) => RedactedStream;
  /** The same error, its words masked. */
  readonly failure: (error: unknown) => unknown;
}

/**
 * Takes out of everything that is recorded or printed what the platform knows to be secret at this moment. Whoever goes
 * back doesn't wait for that: users' traffic comes first, and until the values have come only `others` are masked.
 */
export async function redactionOf(
  platform: Platform,
  settings: readonly Settings[],
  { goingBack, others = [] }: { readonly goingBack: boolean; readonly others?: readonly string[] },
): Promise<Redaction> {
  const long = (found: readonly string[]): readonly string[] => found.filter((value) => value.length >= shortest);
  let values = long(others);
  let redactor = new Redactor(values);
  let masked = redactEvents(redactor);
  const known = (platform.secrets?.values(settings) ?? Promise.resolve([])).then((found) => {
    values = long([...found, ...others]);
    redactor = new Redactor(values);
    masked = redactEvents(redactor);
  });
  if (!goingBack) await known;
  // It never throws, by its contract; what breaks that must not stop the way back.
  else known.catch(() => undefined);
  return {
    plan: (plan) => (plan.action === 'rollback' ? { ...plan, because: redactor.mask(plan.because) } : plan),
    // A rollback must not be refused because its plan happens to contain somebody's weak password.
    event: (body) => (body.kind === 'planned' && body.plan.action === 'rollback' ? body : masked(body)),
    line: (text) => redactor.text(text),
    pieces: (more) => new Redactor([...values, ...more]).stream(Infinity),
    failure: (error) => maskError(error, redactor),
  };
}

function maskError(error: unknown, redactor: Redactor): unknown {
  if (!(error instanceof Error)) return error;
  error.message = redactor.mask(error.message);
  if (error.stack !== undefined) error.stack = redactor.mask(error.stack);
  return error;
}
