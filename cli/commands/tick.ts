import { exitCodes, OperatorError, type ExitCode } from '../../contract/errors.js';
import type { Plan } from '../../contract/plan.js';
import { tagNameOf } from '../../contract/release-tag.js';
import type { Verdict } from '../../contract/verdict.js';
import { readOutputsIfAny } from '../../journal/outputs.js';
import { redactedAnswer } from '../duties/redacted-answer.js';
import { gatherDuties } from '../duties/gather-duties.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { secretsOf } from '../messages/post-office.js';
import { listedIn } from '../people/listed-in.js';
import { print } from '../print/print.js';
import { settingsAsNamed } from '../run/gather-facts.js';
import { questionsOf } from '../run/questions-of.js';
import { redactionOf } from '../run/redaction.js';
import { look, type Looking } from '../status/look.js';
import { statusOf } from '../status/status-of.js';
import { tickDuties } from '../tick/tick-duties.js';
import { tickMaintenance } from '../tick/tick-maintenance.js';
import { tickMessages } from '../tick/tick-messages.js';
import { tickRun } from '../tick/tick-run.js';
import { nothing, type Told } from '../tick/told.js';
import { changeSlot } from './slot.js';

/** For all messages that wait: a cron job must end. Milliseconds. */
const sendsWithin = 120_000;

/**
 * Carries out what is due, once: for cron or a schedule of CI. What one part can't do keeps no other from being done.
 * Exit code 7 while something waits for a person, else that of a run that it went on with.
 */
export async function tick(
  name: string | undefined,
  { json, dryRun }: { readonly json: boolean; readonly dryRun: boolean },
): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const options = { dryRun };
  const messages = () => tickMessages(environment, { dryRun, signal: AbortSignal.timeout(sendsWithin) });
  const platform = await openIfUp(environment);
  const parts: Record<string, Told> = {};
  parts['run'] = await part(async () => tickRun(environment, statusOf(await look(lookingAt(environment))), options));
  if (platform) {
    parts['maintenance'] = await part(() => tickMaintenance(environment, platform, options));
    parts['duties'] = await part(() => duties(environment, platform, dryRun));
  }
  // Last, so that what the others had to tell is told.
  parts['messages'] = await part(messages);
  const told = Object.values(parts);
  const waits = told.flatMap((each) => each.waits);
  print(json, { environment: environment.name, dryRun, ...parts }, () => linesOf(told));
  const exitCode = parts['run'].exitCode ?? exitCodes.done;
  return exitCode === exitCodes.done && waits.length > 0 ? exitCodes.parked : exitCode;
}

function linesOf(told: readonly Told[]): string[] {
  const lines = [
    ...told.flatMap(({ did }) => did),
    ...told.flatMap(({ waits }) => waits.map((text) => `WAITS: ${text}`)),
  ];
  return lines.length === 0 ? ['nothing was due'] : lines;
}

function lookingAt(environment: OpenEnvironment) {
  const { name, store, clock, configuration } = environment;
  const open: Looking['open'] = (outputs) => environment.platform(outputs);
  return {
    environment: name,
    store,
    clock,
    listed: () => Promise.resolve(listedIn(configuration)),
    duties: configuration.duties,
    open,
  };
}

async function openIfUp(environment: OpenEnvironment) {
  const outputs = await readOutputsIfAny(environment.store, environment.name);
  return outputs && environment.platform(outputs);
}

/** What can't be done now waits for the next tick, and is said. */
async function part(work: () => Promise<Told>): Promise<Told> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return { ...nothing, waits: [error.message] };
  }
}

async function duties(
  environment: OpenEnvironment,
  platform: Awaited<ReturnType<OpenEnvironment['platform']>>,
  dryRun: boolean,
): Promise<Told> {
  const { store, name, clock, configuration, folder } = environment;
  const redaction = await redactionOf(platform, [settingsAsNamed(environment)], {
    goingBack: false,
    others: await secretsOf(configuration.notify, folder),
  });
  const outputs = await readOutputsIfAny(store, name);
  return tickDuties({
    environment,
    platform,
    questions: questionsOf(environment, redaction),
    redact: redactedAnswer(redaction.event),
    async duties() {
      const [blue, green] = await Promise.all([platform.slots.state('blue'), platform.slots.state('green')]);
      const sources = { store, environment: name, configuration: configuration.duties, now: clock.now(), outputs };
      return gatherDuties({ ...sources, slots: { blue, green } });
    },
    async retire({ id, title }) {
      const colour = id === 'retire-blue' ? 'blue' : 'green';
      const options = { because: `duty ${id}`, json: false, dryRun: false, quiet: true };
      const exitCode = await changeSlot('destroy', name, colour, options);
      return exitCode === exitCodes.done ? `did ${title}` : `tried to ${title}: exit code ${exitCode}`;
    },
    tag: (plan) => tagged(environment, plan),
    dryRun,
  });
}

/** Loaded with the first tag that is due. */
async function tagged({ configuration, folder }: OpenEnvironment, plan: Plan): Promise<Verdict> {
  const { product, duties: configured } = configuration;
  const { tagRelease } = await import('../tag/tag-release.js');
  if (configured.tag === undefined) throw new Error('a tag is due, and none is configured');
  return tagRelease({ ...configured.tag, name: tagNameOf(configured.tag, plan) }, plan, product, {
    folder,
    variables: process.env,
  });
}
