import type { RehearsalRecord } from '../../contract/database-proofs.js';
import { describeDuration } from '../../contract/duration.js';
import { exitCodes, RefusedError, StoreError, type ExitCode } from '../../contract/errors.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Verdict } from '../../contract/verdict.js';
import { readRelease } from '../../journal/releases.js';
import { newRunId } from '../../journal/run-id.js';
import { contractionsOf, heldContractions } from '../../pipeline/contractions.js';
import { liveColour } from '../../pipeline/live-colour.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { migratedSince } from '../../pipeline/rehearsal/migrated-since.js';
import { rehearsalDigest } from '../../pipeline/rehearsal/rehearsal-digest.js';
import { rehearseRelease } from '../../pipeline/rehearsal/rehearse-release.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { print } from '../print/print.js';
import { readWorld, settingsAsNamed, settingsOfEnvironment } from '../run/gather-facts.js';
import { interrupts } from '../run/interrupts.js';
import { redactionOf } from '../run/redaction.js';

export interface RehearseOptions {
  readonly json: boolean;
  readonly dryRun: boolean;
}

const lookWithin = 30_000;

/** Runs a release's migrations on a copy made from the newest backup, and keeps on record what came of it. Takes no lease. */
export async function rehearse(
  name: string | undefined,
  version: string,
  { json, dryRun }: RehearseOptions,
): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const release = await readRelease(environment.store, version);
  const outputs = await environment.outputs();
  const platform = await environment.platform(outputs);
  const { rehearsals } = platform;
  if (rehearsals === undefined) throw new RefusedError(`on ${platform.name} nothing can be rehearsed on a copy here`);
  const settings = await settingsOfEnvironment(environment, platform);
  const run = newRunId(environment.name, environment.clock.now());
  const next: SlotInput = { run, release, settings, replicas: {} };
  const unable = await rehearsals.unableBecause?.(next);
  if (unable !== undefined) throw new RefusedError(unable);
  const backup = await newestBackup(environment, platform);
  const { reading, slots } = await readWorld(platform);
  const live = liveColour(reading, slots);
  const input = live === null ? undefined : slots[live].input;
  if (dryRun)
    return tell(json, { environment: environment.name, version, backup, changed: false }, [
      `would rehearse ${version} on a copy of ${backup}, with ${input?.release.version ?? 'nothing'} live beside it`,
    ]);
  const contractions = await contractionsOf(release, platform.migrationReview, AbortSignal.timeout(lookWithin));
  const hold = heldContractions(contractions, slots).map(({ id }) => id);
  const redaction = await redactionOf(platform, [settings, settingsAsNamed(environment)], { goingBack: false });
  const interrupt = interrupts((line) => void process.stderr.write(`${line}\n`));
  const say = (line: string): void => {
    if (!json) process.stdout.write(`${redaction.line(line)}\n`);
  };
  try {
    const verdict = await rehearseRelease({
      rehearsals,
      clock: environment.clock,
      work: { signal: interrupt.signal, say },
      services: outputs.services,
      backup,
      since: await migratedSince(input, platform.database),
      run,
      live: input,
      next,
      options: {
        hold,
        contracting: contractions.map(({ id }) => id),
        contractBecause: 'rehearsed on a copy',
        blockAtMostMilliseconds: environment.configuration.rules.migrations.stopAfter,
      },
    });
    const because = redaction.line(verdict.because);
    const digest = rehearsalDigest(release, input?.release);
    await writeDown(platform, recordOf(environment, { ...verdict, because }, { digest, version, backup }));
    const said = {
      environment: environment.name,
      version,
      answer: verdict.answer,
      because,
      evidence: verdict.evidence,
    };
    return tell(json, said, linesOf(version, { ...verdict, because }), verdict.answer);
  } catch (error) {
    throw redaction.failure(error);
  } finally {
    interrupt.stop();
  }
}

async function newestBackup({ name }: OpenEnvironment, { database }: Platform): Promise<string> {
  const newest = (await database?.restores?.list())?.[0];
  if (newest !== undefined) return newest.name;
  throw new RefusedError(`${name} has no backup to make a copy from`, { hint: 'a deploy takes one: crossfade deploy' });
}

function recordOf(
  { clock, by }: OpenEnvironment,
  { answer, because, evidence }: Verdict,
  about: Pick<RehearsalRecord, 'digest' | 'version' | 'backup'>,
): RehearsalRecord {
  const milliseconds = typeof evidence['milliseconds'] === 'number' ? evidence['milliseconds'] : 0;
  return { format: 1, ...about, at: clock.now().toISOString(), by, milliseconds, answer, because, evidence };
}

async function writeDown({ proofs }: Platform, record: RehearsalRecord): Promise<void> {
  try {
    await proofs?.noteRehearsal(record);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    process.stderr.write(`done, but not on record: ${error.message}\n`);
  }
}

function linesOf(version: string, { answer, because, evidence }: Verdict): string[] {
  const { milliseconds } = evidence;
  const took = typeof milliseconds === 'number' ? `, in ${describeDuration(milliseconds)}` : '';
  return [`${answer === 'yes' ? 'good' : 'NOT GOOD'}: ${version} rehearsed on a copy${took}`, because];
}

function tell(json: boolean, said: object, lines: readonly string[], answer: Verdict['answer'] = 'yes'): ExitCode {
  print(json, said, () => [...lines]);
  return answer === 'yes' ? exitCodes.done : exitCodes.refused;
}
