import { ConfigurationError, exitCodes, OperatorError, RefusedError, type ExitCode } from '../../contract/errors.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import { addDutyLine } from '../../journal/duties.js';
import { readOutputsIfAny } from '../../journal/outputs.js';
import { openPlatform } from '../../platforms/open.js';
import type { Duty } from '../duties/duty.js';
import { isOpen } from '../duties/is-open.js';
import { gatherDuties, type DutySources } from '../duties/gather-duties.js';
import { findEnvironment, type FoundEnvironment } from '../find-environment.js';
import { signDuty } from '../duties/sign-duty.js';
import { identityOf } from '../identity-of.js';
import { openStore } from '../open-store.js';
import { dutyLines } from '../print/duty-lines.js';
import { print } from '../print/print.js';
import { systemClock } from '../run/system-clock.js';
import { noEngine } from '../status/look.js';
import { surroundingsOf } from '../surroundings-of.js';

const longestWords = 2_000;

/** What is to be done after the releases of the last days. */
export async function listDuties(
  name: string | undefined,
  { json, all }: { readonly json: boolean; readonly all: boolean },
): Promise<ExitCode> {
  const { sources } = await open(name);
  const duties = (await gatherDuties(sources)).filter(({ status }) => all || isOpen(status));
  print(json, { environment: sources.environment, at: sources.now.toISOString(), duties }, () =>
    dutyLines(duties, sources.now),
  );
  return exitCodes.done;
}

interface DoneOptions {
  readonly because: string;
  readonly run: string | undefined;
  /** A file with an ed25519 private key as PEM. */
  readonly key: string | undefined;
  readonly json: boolean;
}

/** Somebody says that a duty is done, and what they saw; of a check that it need not be asked any more. */
export async function doneDuty(
  name: string | undefined,
  id: string,
  { because, run, key, json }: DoneOptions,
): Promise<ExitCode> {
  if (because.trim() === '' || because.length > longestWords)
    throw new ConfigurationError(`--because: what was seen, in at most ${longestWords} characters`);
  const { sources, found } = await open(name);
  const { store, environment, now } = sources;
  const duty = newest(await gatherDuties(sources), id, run);
  const signed = await signDuty(found.configuration, store, { duty, environment, at: now, because, key });
  const by = signed?.statement.approver ?? (await identityOf(found.configuration));
  await addDutyLine(store, environment, duty.run, {
    format: 1,
    kind: 'done',
    duty: id,
    at: now.toISOString(),
    by,
    because,
    ...(signed ? { decision: signed } : {}),
  });
  print(json, { environment, run: duty.run, duty: id, by, because }, () => [
    `${id} of ${duty.run}: done by ${by}: ${because}`,
  ]);
  return exitCodes.done;
}

function newest(duties: readonly Duty[], id: string, run: string | undefined): Duty {
  const open = duties.filter(({ status }) => isOpen(status));
  const found = open.findLast((duty) => duty.id === id && (run === undefined || duty.run === run));
  if (found) return found;
  const known = [...new Set(open.map((duty) => duty.id))].join(', ') || 'none';
  throw new RefusedError(`no duty ${id} is open`, { hint: `open is ${known}` });
}

async function open(name: string | undefined): Promise<{ sources: DutySources; found: FoundEnvironment }> {
  const found = await findEnvironment(name);
  const store = openStore(found);
  const outputs = await readOutputsIfAny(store, found.name);
  const sources = {
    store,
    environment: found.name,
    configuration: found.configuration.duties,
    now: systemClock.now(),
    outputs,
    slots: outputs && (await slotsOf(found.name, store, outputs)),
  };
  return { sources, found };
}

/** Undefined where the platform doesn't answer: duties are told all the same. */
async function slotsOf(
  environment: string,
  store: DutySources['store'],
  outputs: EnvironmentOutputs,
): Promise<DutySources['slots']> {
  try {
    const { slots } = await openPlatform(outputs, surroundingsOf(environment, store, noEngine));
    const [blue, green] = await Promise.all([slots.state('blue'), slots.state('green')]);
    return { blue, green };
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}
