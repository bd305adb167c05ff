import { execa } from 'execa';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parse as parseYaml } from 'yaml';
import { EngineError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Work } from '../../pipeline/ports.js';
import { backendFolder } from './backend.js';
import { runEngineProcess, type EngineEnd } from './engine-process.js';
import { engineVariables, type EngineEnvironment } from './engine-variables.js';
import { readExportedState, type ExportedState } from './exported-state.js';
import { endLeftovers } from './leftover-engine.js';
import { writeScratchProject, writeStackConfiguration } from './stack-configuration.js';
import { describeLock, isAbandoned, readStackLocks } from './stack-lock.js';

/** Pulumi's engine, for the stacks of one environment. All methods throw EngineError. */
export interface Engine {
  /** Exports and saves the state, then makes the stack what its program says; with an input, what that run asks for. */
  up(stack: string, options: { readonly input?: SlotInput; readonly work: Work }): Promise<EngineResult>;
  /** Exports and saves the state, then deletes all of the stack's resources. The stack itself stays, empty. */
  destroy(stack: string, options: { readonly work: Work }): Promise<EngineResult>;
  /** What an up would do, by kind of change. */
  preview(stack: string, options: { readonly input?: SlotInput; readonly work: Work }): Promise<EngineResult>;
  /** Undefined for a stack that does not exist. */
  exportState(stack: string): Promise<ExportedState | undefined>;
  /** Of the last up; undefined before the first and after a destroy. */
  outputs(stack: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** For plain `pulumi` in this environment: names and values to export. No secrets, only where they lie. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface EngineResult {
  readonly outputs: Readonly<Record<string, unknown>> | undefined;
  /** Number of resources by what was done: create, update, delete, same. */
  readonly changes: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** The state before, as it was saved; undefined when the stack did not exist. */
  readonly stateBefore: { readonly key: string; readonly digest: string } | undefined;
}

export interface EngineOptions {
  readonly environment: EngineEnvironment & { readonly name: string };
  /** The folder of `pulumi` and its language host. */
  readonly bin: string;
  /** Keeps an exported state outside the backend: a key such as states/local-blue/…json, and its text. */
  readonly saveState: (key: string, text: string) => Promise<unknown>;
}

const noStackCode = 6;
const shortCommandWithin = 60_000;

export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { environment, bin } = options;
  const variables = await engineVariables(environment, bin);
  const project = await readProject(environment.root);
  const pulumi = join(bin, 'pulumi');
  const backend = backendFolder(environment.backend, environment.root);
  const records = join(environment.directory ?? environment.root, environment.directory ? '' : '.crossfade', 'engines');
  const env = { ...inheritedVariables(), ...variables };

  async function command(
    argv: readonly string[],
  ): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
    const settings = { cwd: environment.root, env, extendEnv: false, stdin: 'ignore', reject: false } as const;
    const { exitCode, stdout, stderr } = await execa(pulumi, argv, { ...settings, timeout: shortCommandWithin });
    return { exitCode, stdout, stderr };
  }

  async function exportState(stack: string): Promise<ExportedState | undefined> {
    const { exitCode, stdout, stderr } = await command(['stack', 'export', '--stack', stack, '--non-interactive']);
    if (exitCode === noStackCode) return undefined;
    const state = exitCode === 0 ? readExportedState(stdout) : undefined;
    if (state !== undefined) return state;
    throw new EngineError(`the state of stack ${stack} can't be read: ${stderr.trim() || 'no export'}`, {
      hint: `${typed(environment.name)} and put a saved state back: pulumi stack import --stack ${stack} --file <store>/states/${stack}/….json`,
    });
  }

  async function save(stack: string, state: ExportedState): Promise<{ key: string; digest: string }> {
    const at = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const key = `states/${stack}/${at}-${state.digest.slice('sha256:'.length, 'sha256:'.length + 12)}.json`;
    await options.saveState(key, state.text);
    return { key, digest: state.digest };
  }

  /** What a killed engine left behind is cleared; what somebody else holds is refused with what to type. */
  async function requireUnlocked(stack: string): Promise<void> {
    const ended = await endLeftovers(records, stack);
    if (backend === undefined) return;
    const locks = await readStackLocks(backend, project, stack);
    const abandoned = await Promise.all(locks.map((lock) => isAbandoned(lock, ended)));
    if (locks.length > 0 && abandoned.every((gone) => gone)) {
      const { exitCode, stderr } = await command(['cancel', '--stack', stack, '--yes', '--non-interactive']);
      if (exitCode !== 0) throw new EngineError(`the lock of stack ${stack} can't be taken off: ${stderr.trim()}`);
    } else if (locks.length > 0) throw lockedError(environment.name, stack, locks.map(describeLock));
  }

  async function run(
    stack: string,
    argv: readonly string[],
    work: Work,
    extra: Record<string, string>,
  ): Promise<EngineEnd> {
    const settings = { pulumi, cwd: environment.root, env: { ...env, ...extra }, stack, records, work };
    const flags = ['--stack', stack, '--json', '--non-interactive', '--color', 'never'];
    return runEngineProcess({ ...settings, argv: [...argv, ...flags] });
  }

  async function change(
    stack: string,
    verb: 'up' | 'destroy' | 'preview',
    { input, work }: { readonly input?: SlotInput; readonly work: Work },
  ): Promise<EngineResult> {
    const began = performance.now();
    if (verb !== 'preview') await requireUnlocked(stack);
    const before = await exportState(stack);
    if (before === undefined && verb === 'up') await create(stack);
    const stateBefore = before === undefined || verb === 'preview' ? undefined : await save(stack, before);
    const configuration = await writeStackConfiguration({ root: environment.root, stack, input });
    try {
      const argv = [verb, ...(verb === 'preview' ? [] : ['--yes', '--skip-preview'])];
      argv.push('--config-file', configuration.file);
      const extra = input === undefined ? {} : { CROSSFADE_RUN: input.run };
      const end = await run(stack, argv, work, extra);
      if (end.exitCode !== 0) throw await failure(stack, verb, end, work);
      const { outputs, changes } = end.events;
      return { outputs, changes, seconds: (performance.now() - began) / 1_000, stateBefore };
    } finally {
      await configuration.remove();
    }
  }

  async function create(stack: string): Promise<void> {
    const scratch = await writeScratchProject(project);
    try {
      const argv = ['stack', 'init', stack, '--secrets-provider', environment.secretsProvider, '--cwd', scratch.folder];
      const { exitCode, stderr } = await command([...argv, '--non-interactive']);
      if (exitCode !== 0) throw new EngineError(`stack ${stack} can't be created: ${stderr.trim()}`);
    } finally {
      await scratch.remove();
    }
  }

  async function failure(stack: string, verb: string, end: EngineEnd, work: Work): Promise<EngineError> {
    if (end.exitCode === undefined) {
      return new EngineError(`pulumi ${verb} of stack ${stack} was killed`, {
        hint: 'do the same again: it mends itself',
      });
    }
    const locks = backend === undefined ? [] : await readStackLocks(backend, project, stack);
    if (locks.length > 0) return lockedError(environment.name, stack, locks.map(describeLock));
    const how = work.signal.aborted ? 'was interrupted' : 'failed';
    const said = end.errors.length === 0 ? `exit code ${end.exitCode}` : end.errors.join('\n');
    return new EngineError(`pulumi ${verb} of stack ${stack} ${how}: ${said}`, {
      hint: `nothing was moved; to see more, ${typed(environment.name)} and: pulumi preview --stack ${stack}`,
    });
  }

  return {
    up: (stack, asked) => change(stack, 'up', asked),
    destroy: (stack, asked) => change(stack, 'destroy', asked),
    preview: (stack, asked) => change(stack, 'preview', asked),
    exportState,
    outputs: async (stack) => (await exportState(stack))?.outputs,
    variables,
  };
}

async function readProject(root: string): Promise<string> {
  const file = join(root, 'Pulumi.yaml');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new EngineError(`${file} can't be read: is this the folder of the Pulumi project?`, { cause });
  });
  return parse(z.object({ name: z.string() }), parseYaml(text), file).name;
}

function inheritedVariables(): Record<string, string> {
  const entries = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return Object.fromEntries(entries) as Record<string, string>;
}

function typed(environment: string): string {
  return `eval "$(crossfade env ${environment})"`;
}

function lockedError(environment: string, stack: string, holders: readonly string[]): EngineError {
  return new EngineError(`the state of stack ${stack} is locked by ${holders.join(', ')}`, {
    hint: `when that process is gone: ${typed(environment)} && pulumi cancel --stack ${stack} --yes`,
  });
}
