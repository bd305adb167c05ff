import { execa } from 'execa';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../contract/errors.js';
import { readExportedState, type ExportedState } from './exported-state.js';
import { writeScratchProject } from './stack-configuration.js';

const noStackCode = 6;
const within = 60_000;

/** The engine's short commands, which run no program. All throw EngineError. */
export interface StackCommands {
  /** Undefined for a stack that does not exist. */
  exportState(stack: string): Promise<ExportedState | undefined>;
  importState(stack: string, text: string): Promise<void>;
  create(stack: string): Promise<void>;
  /** Takes off a lock that is nobody's any more. */
  unlock(stack: string): Promise<void>;
}

export function stackCommands(options: {
  readonly pulumi: string;
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly project: string;
  readonly secretsProvider: string;
  /** What an operator types before plain `pulumi` commands. */
  readonly typedBefore: string;
}): StackCommands {
  const { pulumi, root, env, project, secretsProvider, typedBefore } = options;

  async function run(
    argv: readonly string[],
  ): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
    const settings = { cwd: root, env, extendEnv: false, stdin: 'ignore', reject: false, timeout: within } as const;
    const { exitCode, stdout, stderr } = await execa(pulumi, [...argv, '--non-interactive'], settings);
    return { exitCode, stdout, stderr: stderr.trim() };
  }

  async function require(what: string, argv: readonly string[]): Promise<void> {
    const { exitCode, stderr } = await run(argv);
    if (exitCode !== 0) throw new EngineError(`${what}: ${stderr === '' ? 'pulumi gave no answer in time' : stderr}`);
  }

  return {
    async exportState(stack) {
      const { exitCode, stdout, stderr } = await run(['stack', 'export', '--stack', stack]);
      if (exitCode === noStackCode) return undefined;
      const state = exitCode === 0 ? readExportedState(stdout) : undefined;
      if (state !== undefined) return state;
      throw new EngineError(`the state of stack ${stack} can't be read: ${stderr === '' ? 'no export' : stderr}`, {
        hint:
          `put one that was saved back: ${typedBefore} && ` +
          `pulumi stack import --stack ${stack} --file <store>/states/${stack}/….json`,
      });
    },
    async importState(stack, text) {
      const scratch = await writeScratchProject(project);
      try {
        const file = join(scratch.folder, 'state.json');
        await writeFile(file, text, { mode: 0o600 });
        await require(`the state of stack ${stack} can't be mended`, [
          'stack',
          'import',
          '--stack',
          stack,
          '--file',
          file,
        ]);
      } finally {
        await scratch.remove();
      }
    },
    async create(stack) {
      // Elsewhere than in the checkout: the stack file that this writes is not wanted.
      const scratch = await writeScratchProject(project);
      try {
        const argv = ['stack', 'init', stack, '--secrets-provider', secretsProvider, '--cwd', scratch.folder];
        await require(`stack ${stack} can't be created`, argv);
      } finally {
        await scratch.remove();
      }
    },
    unlock: (stack) => require(`the lock of stack ${stack} can't be taken off`, ['cancel', '--stack', stack, '--yes']),
  };
}
