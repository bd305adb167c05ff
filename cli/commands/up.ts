import { resolve } from 'node:path';
import { EngineError, RefusedError, exitCodes, type ExitCode } from '../../contract/errors.js';
import { canonicalJson } from '../../contract/json.js';
import { acquireLease } from '../../journal/acquire-lease.js';
import type { LeaseKeeper } from '../../journal/lease-keeper.js';
import { newRunId } from '../../journal/run-id.js';
import type { Work } from '../../pipeline/ports/work.js';
import type { EngineResult } from '../../platforms/pulumi/engine.js';
import { openEnvironment, type OpenEnvironment } from '../open-environment.js';
import { acceptedIn, keepUp } from '../preview/keep-up.js';
import { previewStacks, type Previews } from '../preview/preview-stacks.js';
import { refuseDanger } from '../preview/refuse-danger.js';
import { readReviewed, requireReviewed, type Reviewed } from '../preview/reviewed.js';
import { engineRedactor } from '../preview/redact-engine.js';
import { previewJson } from '../print/preview-json.js';
import { previewLines } from '../print/preview-lines.js';
import { interrupts } from '../run/interrupts.js';
import { refuseUnfinished } from './deploy.js';
import { isStopped } from './preview.js';

export interface UpOptions {
  /** A hash, or a file of `crossfade preview --save`. */
  readonly reviewed: string | undefined;
  readonly policyPack: string | undefined;
  readonly json: boolean;
  readonly dryRun: boolean;
}

/**
 * Previews the environment's stack, compares that with what was reviewed, and makes it so: all while it holds the
 * environment's lease, because a plan pins the program and not the world.
 */
export async function up(name: string | undefined, options: UpOptions): Promise<ExitCode> {
  const environment = await openEnvironment(name);
  const reviewed =
    options.reviewed === undefined
      ? undefined
      : await readReviewed(options.reviewed, environment.name, environment.name);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const interrupt = interrupts(say);
  try {
    if (options.dryRun) return await show(environment, options, { signal: interrupt.signal, say });
    await refuseUnfinished(environment);
    const lease = await hold(environment, interrupt.signal);
    try {
      await refuseUnfinished(environment);
      // Whoever takes the lease, to go back, must not find an engine at work.
      const signal = AbortSignal.any([interrupt.signal, lease.lost]);
      return await previewAndApply(environment, { options, reviewed, lease, work: { signal, say } });
    } finally {
      await lease.release();
    }
  } finally {
    interrupt.stop();
  }
}

async function show(environment: OpenEnvironment, options: UpOptions, work: Work): Promise<ExitCode> {
  const previews = await previewStacks(environment, { ...packOf(options), environmentOnly: true, work });
  print(previews, options.json);
  return isStopped(previews) ? exitCodes.refused : exitCodes.done;
}

interface Applying {
  readonly options: UpOptions;
  readonly reviewed: Reviewed | undefined;
  readonly lease: LeaseKeeper;
  readonly work: Work;
}

async function previewAndApply(
  environment: OpenEnvironment,
  { options, reviewed, lease, work }: Applying,
): Promise<ExitCode> {
  const { name, engine } = environment;
  await engine.ensureStack(name);
  const previews = await previewStacks(environment, { ...packOf(options), environmentOnly: true, work });
  print(previews, options.json);
  const [stack] = previews.stacks;
  if (stack === undefined) throw new RefusedError(`stack ${name} could not be previewed`);
  refuseDanger(stack, reviewed, name);
  if (reviewed) requireReviewed(reviewed, stack.reviewed);
  await lease.check();
  const about = { hash: stack.reviewed.hash, exceptions: acceptedIn(stack) };
  const result = await tryUp(environment, options, work);
  if ('failed' in result) {
    await keepUp(environment, { ...about, changes: {}, failed: result.failed });
    process.stderr.write(`${result.failed}\n`);
    // Not 3: something may have been changed. The same up again goes on with the rest.
    return exitCodes.parked;
  }
  const { changes, seconds } = result;
  const kept = await keepUp(environment, { ...about, changes });
  await environment.refreshOutputs();
  const done = `${name} is up: ${described(changes)}, in ${Math.round(seconds)} s`;
  process.stdout.write(options.json ? `${canonicalJson(kept)}\n` : `${done}\n`);
  return exitCodes.done;
}

/** What the engine refused or failed at is an answer here, not an error. */
async function tryUp(
  { name, engine }: OpenEnvironment,
  options: UpOptions,
  work: Work,
): Promise<EngineResult | { readonly failed: string }> {
  try {
    return await engine.up(name, { ...packOf(options), work });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { failed: engineRedactor().text(`${error.message}${error.hint === undefined ? '' : `\n→ ${error.hint}`}`) };
  }
}

function hold({ store, name, clock, by }: OpenEnvironment, signal: AbortSignal): Promise<LeaseKeeper> {
  return acquireLease(store, { environment: name, run: newRunId(name, clock.now()), by, clock, signal });
}

function packOf({ policyPack }: UpOptions): { readonly policyPack?: string } {
  return policyPack === undefined ? {} : { policyPack: resolve(policyPack) };
}

function print(previews: Previews, json: boolean): void {
  process.stdout.write(json ? `${canonicalJson(previewJson(previews))}\n` : `${previewLines(previews).join('\n')}\n`);
}

function described(changes: Readonly<Record<string, number>>): string {
  const words = Object.entries(changes)
    .filter(([what]) => what !== 'same')
    .map(([what, count]) => `${count} ${what}`);
  return words.length === 0 ? 'nothing changed' : words.join(', ');
}
