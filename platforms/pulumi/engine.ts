import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parse as parseYaml } from 'yaml';
import { EngineError } from '../../contract/errors.js';
import { parse } from '../../contract/parse.js';
import type { SlotInput } from '../../contract/slot-input.js';
import type { Work } from '../../pipeline/ports/work.js';
import { backendFolder } from './backend.js';
import { runEngineProcess, type EngineEnd } from './engine-process.js';
import { engineVariables, type EngineEnvironment } from './engine-variables.js';
import { withoutPending, type ExportedState } from './exported-state.js';
import { endLeftovers } from './leftover-engine.js';
import { runPreview, type EnginePreview } from './run-preview.js';
import { stackCommands } from './stack-commands.js';
import { writeStackConfiguration } from './stack-configuration.js';
import { describeLock, isAbandoned, readStackLocks } from './stack-lock.js';

/** Pulumi's engine, for the stacks of one environment. All methods throw EngineError. */
export interface Engine {
  /** Exports and saves the state, then makes the stack what its program says; with an input, what that run asks for. */
  up(
    stack: string,
    options: { readonly input?: SlotInput; readonly work: Work; readonly policyPack?: string },
  ): Promise<EngineResult>;
  /** Exports and saves the state, then deletes all of the stack's resources. The stack itself stays, empty. */
  destroy(stack: string, options: { readonly work: Work }): Promise<EngineResult>;
  /**
   * What an up would do, as `pulumi preview --json` says it, whether or not it ends well; changes nothing. Undefined for
   * a stack that does not exist.
   */
  preview(stack: string, options: PreviewOptions): Promise<EnginePreview | undefined>;
  /** Creates an empty stack where there is none, so that it can be previewed. */
  ensureStack(stack: string): Promise<void>;
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

export interface PreviewOptions {
  readonly work: Work;
  /** Absolute folder of a policy pack that has its say. */
  readonly policyPack?: string;
  /** Looks at the world first, and tells what differs from the state. */
  readonly refresh?: boolean;
}

const nothingDone: EngineResult = { outputs: undefined, changes: {}, seconds: 0, stateBefore: undefined };

export interface EngineOptions {
  readonly environment: EngineEnvironment & { readonly name: string };
  /** The folder of `pulumi` and its language host. */
  readonly bin: string;
  /** Keeps an exported state outside the backend: a key such as states/local-blue/…json, and its text. */
  readonly saveState: (key: string, text: string) => Promise<unknown>;
}

export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { environment, bin, saveState } = options;
  const { root, secretsProvider, directory } = environment;
  const variables = await engineVariables(environment, bin);
  const project = await readProject(root);
  const pulumi = join(bin, 'pulumi');
  const env = { ...inheritedVariables(variables), ...variables };
  const backend = backendFolder(environment.backend, root);
  const records = join(directory ?? join(root, '.crossfade'), 'engines');
  const typedBefore = `eval "$(crossfade env ${environment.name})"`;
  const commands = stackCommands({ pulumi, root, env, project, secretsProvider, typedBefore });

  /** What a killed engine left behind is cleared; what somebody else holds is refused with what to type. */
  async function requireUnlocked(stack: string): Promise<void> {
    const ended = await endLeftovers(records, stack);
    const locks = backend === undefined ? [] : await readStackLocks(backend, project, stack);
    if (locks.length === 0) return;
    const abandoned = await Promise.all(locks.map((lock) => isAbandoned(lock, ended)));
    if (!abandoned.every((gone) => gone)) throw lockedError(stack, locks.map(describeLock));
    await commands.unlock(stack);
  }

  /** Our own resources find what a killed engine had made of them; of others nobody knows whether they exist. */
  async function settlePending(stack: string, state: ExportedState): Promise<void> {
    if (state.pending.length === 0) return;
    const foreign = state.pending.filter(({ type }) => !/^pulumi-nodejs:dynamic\/(local|aws):/.test(type));
    if (foreign.length === 0) return commands.importState(stack, withoutPending(state));
    const named = foreign.map(({ operation, urn }) => `${operation} ${urn}`).join(', ');
    throw new EngineError(`an engine was killed while it was ${named}: nobody knows whether that exists`, {
      hint: `look for it, then ${typedBefore} && pulumi refresh --stack ${stack} --clear-pending-creates`,
    });
  }

  async function save(stack: string, { digest, text }: ExportedState): Promise<{ key: string; digest: string }> {
    const at = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const key = `states/${stack}/${at}-${digest.slice('sha256:'.length).slice(0, 12)}.json`;
    await saveState(key, text);
    return { key, digest };
  }

  async function change(
    verb: 'up' | 'destroy',
    stack: string,
    { input, work, policyPack }: { readonly input?: SlotInput; readonly work: Work; readonly policyPack?: string },
  ): Promise<EngineResult> {
    const began = performance.now();
    await requireUnlocked(stack);
    const before = await commands.exportState(stack);
    if (before === undefined && verb === 'destroy') return nothingDone;
    if (before === undefined) await commands.create(stack);
    const stateBefore = before === undefined ? undefined : await save(stack, before);
    if (before !== undefined) await settlePending(stack, before);
    const end = await run(stack, [verb, '--yes', '--skip-preview', ...policy(policyPack)], input, work);
    const seconds = (performance.now() - began) / 1_000;
    return { outputs: end.outputs, changes: end.changes, seconds, stateBefore };
  }

  async function run(
    stack: string,
    argv: readonly string[],
    input: SlotInput | undefined,
    work: Work,
  ): Promise<EngineEnd> {
    const configuration = await writeStackConfiguration({ root, stack, input });
    try {
      const flags = ['--stack', stack, '--config-file', configuration.file, '--json', '--non-interactive'];
      const end = await runEngineProcess({
        pulumi,
        argv: [...argv, ...flags, '--color', 'never'],
        cwd: root,
        env: input === undefined ? env : { ...env, CROSSFADE_RUN: input.run },
        stack,
        records,
        work,
      });
      if (end.exitCode !== 0) throw await failure(`pulumi ${argv[0] ?? ''} of stack ${stack}`, stack, end, work);
      return end;
    } finally {
      await configuration.remove();
    }
  }

  async function preview(
    stack: string,
    { work, policyPack, refresh = false }: PreviewOptions,
  ): Promise<EnginePreview | undefined> {
    if ((await commands.exportState(stack)) === undefined) return undefined;
    const configuration = await writeStackConfiguration({ root, stack, input: undefined });
    try {
      const flags = [
        '--stack',
        stack,
        '--config-file',
        configuration.file,
        ...policy(policyPack),
        ...(refresh ? ['--refresh'] : []),
      ];
      const asked = { pulumi, argv: flags, cwd: root, env, stack, records, work };
      return await runPreview(asked, configuration.folder);
    } finally {
      await configuration.remove();
    }
  }

  async function failure(what: string, stack: string, end: EngineEnd, work: Work): Promise<EngineError> {
    if (end.exitCode === undefined) {
      return new EngineError(`${what} was killed`, { hint: 'do the same again: it mends itself' });
    }
    const locks = backend === undefined ? [] : await readStackLocks(backend, project, stack);
    if (locks.length > 0) return lockedError(stack, locks.map(describeLock));
    const said = end.errors.length === 0 ? `exit code ${end.exitCode}` : end.errors.join('\n');
    return new EngineError(`${what} ${work.signal.aborted ? 'was interrupted' : 'failed'}: ${said}`, {
      hint: `no traffic was moved; to see more: ${typedBefore} && pulumi preview --stack ${stack}`,
    });
  }

  function lockedError(stack: string, holders: readonly string[]): EngineError {
    return new EngineError(`the state of stack ${stack} is locked by ${holders.join(', ')}`, {
      hint: `when that process is gone: ${typedBefore} && pulumi cancel --stack ${stack} --yes`,
    });
  }

  return {
    up: (stack, asked) => change('up', stack, asked),
    destroy: (stack, asked) => change('destroy', stack, asked),
    preview,
    async ensureStack(stack) {
      if ((await commands.exportState(stack)) === undefined) await commands.create(stack);
    },
    exportState: (stack) => commands.exportState(stack),
    outputs: async (stack) => (await commands.exportState(stack))?.outputs,
    variables,
  };
}

function policy(folder: string | undefined): string[] {
  return folder === undefined ? [] : ['--policy-pack', folder];
}

async function readProject(root: string): Promise<string> {
  const file = join(root, 'Pulumi.yaml');
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new EngineError(`${file} can't be read: is this the folder of the Pulumi project?`, { cause });
  });
  return parse(z.object({ name: z.string() }), parseYaml(text), file).name;
}

function inheritedVariables(ours: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
  // Pulumi prefers a passphrase to the file of one: the operator's, for other projects, would keep us out.
  const hidden = ours['PULUMI_CONFIG_PASSPHRASE_FILE'] === undefined ? [] : ['PULUMI_CONFIG_PASSPHRASE'];
  return Object.fromEntries(named.filter(({ name }) => !hidden.includes(name)).map(({ name, value }) => [name, value]));
}
