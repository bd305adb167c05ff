import { execa } from 'execa';
import { PlatformError } from '../../contract/errors.js';

export interface Said {
  readonly code: number;
  readonly text: string;
}

/** Git of one repository: no optional lock, no hook, no prompt, nothing fetched. Gates only read by it. */
export class Git {
  readonly #folder: string;
  readonly #signal: AbortSignal;

  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
  }

  /** `input` is what it reads. Throws PlatformError for any code but 0 and those of `fine`. */
  async run(argv: readonly string[], fine: readonly number[] = [], input?: string): Promise<Said> {
    const answer = await execa('git', ['-C', this.#folder, ...settings, ...argv], {
      ...quietly,
      ...(input === undefined ? {} : { stdin: 'pipe', input }),
      timeout: 30_000,
      maxBuffer: 16_000_000,
      stripFinalNewline: true,
      cancelSignal: this.#signal,
    });
    const { exitCode: code = -1 } = answer;
    if (code === 0 || fine.includes(code)) return { code, text: answer.stdout };
    const [said = ''] = answer.stderr.trim().split('\n');
    const why = said === '' ? (answer.shortMessage ?? 'failed') : said;
    // The address of a remote may hold a password.
    throw new PlatformError(`git ${verbOf(argv)}: ${why.replaceAll(/\/\/[^/@\s]+@/g, '//')}`, { cause: answer });
  }

  /** Whether the commit is here. */
  async has(commit: string): Promise<boolean> {
    if (!/^[0-9a-f]{7,64}$/.test(commit)) return false;
    const { code } = await this.run(['cat-file', '-e', `${commit}^{commit}`], [1, 128]);
    return code === 0;
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    const { code } = await this.run(['merge-base', '--is-ancestor', older, newer], [1]);
    return code === 0;
  }

  /** The commit of a reference of this repository, given whole (refs/heads/main). */
  async resolve(reference: string): Promise<string | undefined> {
    const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${reference}^{commit}`];
    const { code, text } = await this.run(asked, [1, 128]);
    return code === 0 ? text : undefined;
  }

  /** What the remote has now. Throws PlatformError when it can't be reached. */
  async remote(...patterns: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { text } = await this.run(['ls-remote', '--quiet', 'origin', ...patterns]);
    return new Map(
      text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [sha = '', name = ''] = line.split('\t');
          return [name, sha] as const;
        }),
    );
  }

  async isShallow(): Promise<boolean> {
    return (await this.run(['rev-parse', '--is-shallow-repository'])).text === 'true';
  }

  /** Contents of everything that the repository has, one after the other. Throws PlatformError when that takes too long. */
  async *everyObject(): AsyncGenerator<Buffer> {
    const asked = ['cat-file', '--batch', '--batch-all-objects', '--unordered', '--buffer'];
    const reading = execa('git', ['-C', this.#folder, ...settings, ...asked], {
      ...quietly,
      timeout: 50_000,
      buffer: false,
      encoding: 'buffer',
      stderr: 'ignore',
      cancelSignal: this.#signal,
    });
    for await (const chunk of reading.stdout) yield chunk as Buffer;
    const { failed } = await reading;
    if (failed) throw new PlatformError('the whole history could not be read in time');
  }

  async hasRemote(): Promise<boolean> {
    return (await this.run(['remote'])).text.split('\n').includes('origin');
  }
}

/** Settings before it are none of an operator's business. */
function verbOf(argv: readonly string[]): string {
  return argv.find((word, index) => word !== '-c' && argv[index - 1] !== '-c') ?? '';
}

const settings = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '--no-pager'];
const quietly = {
  reject: false,
  stdin: 'ignore',
  env: { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
} as const;
