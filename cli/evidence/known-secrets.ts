import { OperatorError } from '../../contract/errors.js';
import type { Plan } from '../../contract/plan.js';
import { Redactor } from '../../journal/redact.js';
import type { OpenEnvironment } from '../open-environment.js';
import { settingsAsNamed } from '../run/gather-facts.js';

/** Shorter ones stand by chance in names and numbers. */
const shortest = 6;

/** What must not be given out, as far as whoever exports may read it: an auditor's role reads no secrets. */
export async function knownSecrets(
  environment: OpenEnvironment,
  plan: Plan,
): Promise<{ readonly redactor: Redactor; readonly known: boolean }> {
  try {
    const platform = await environment.platform(plan.outputs);
    if (platform.secrets === undefined) return { redactor: new Redactor([]), known: false };
    const settings = [settingsAsNamed(environment), ...(plan.input ? [plan.input.settings] : [])];
    const values = (await platform.secrets.values(settings)).filter((value) => value.length >= shortest);
    return { redactor: new Redactor(values), known: true };
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { redactor: new Redactor([]), known: false };
  }
}
