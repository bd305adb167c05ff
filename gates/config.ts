import type { Adapter, CheckOf } from './adapter.js';
import { no, unknown, yes } from './answer.js';
import { hasForm } from './has-form.js';

/** A setting as the slot is given it. Values stand in the plan already; those of secrets are another kind's to ask. */
export const askConfig: Adapter<'config'> = async (check, { plan, environment }, around) => {
  const { name, differsIn = [] } = check;
  const settings = plan.input?.settings;
  if (!settings) return unknown('this run gives no settings to a slot');
  const value = settings.values[name];
  if (value === undefined) return absent(check, name in settings.secrets || providedByPlatform(name, plan));
  const wrong = wrongWith(check, value);
  if (wrong !== undefined) return no(`${name} is ${value}, ${wrong}`, { name, value });
  for (const other of differsIn.filter((each) => each !== environment)) {
    const there = await around.settingsOf(other);
    if (there === undefined) return unknown(`the settings of ${other} can't be read here`, { name });
    if (there[name] === value) return no(`${name} is the same in ${other}`, { name, value });
  }
  return yes(`${name} is ${value}`, { name, value });
};

/** A secret, or what the platform gives, is there; its value is not looked at. */
function absent(check: CheckOf<'config'>, elsewhere: boolean) {
  const { name } = check;
  if (!elsewhere) return no(`${name} is not set`, { name });
  const { kind: _kind, name: _name, ...expected } = check;
  if (Object.values(expected).every((each) => each === undefined)) return yes(`${name} is set, out of sight`, { name });
  return unknown(`${name} is out of sight, so that its value can't be compared`, { name });
}

function providedByPlatform(name: string, { outputs }: Parameters<Adapter<'config'>>[1]['plan']): boolean {
  return name === 'PORT' || (name === 'DATABASE_URL' && outputs.database !== null);
}

function wrongWith({ equals, oneOf, startsWith, format }: CheckOf<'config'>, value: string): string | undefined {
  if (equals !== undefined && value !== equals) return `expected ${equals}`;
  if (oneOf !== undefined && !oneOf.includes(value)) return `expected one of ${oneOf.join(', ')}`;
  if (startsWith !== undefined && !value.startsWith(startsWith)) return `expected to start with ${startsWith}`;
  if (format !== undefined && !hasForm(format, value)) return `expected a value of the form ${format}`;
  return undefined;
}
