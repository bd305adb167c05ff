import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { keys } from './stand-ins/keys.js';
import type { Elsewhere } from './stand-ins/elsewhere.js';
import type { Team } from './team.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const crossfade = join(root, 'bin', 'crossfade.js');

/** Roles are played by keys; the checklist says who may sign what. */
const people = ['first', 'second'] as const;

/** Where a team's stand-ins are. */
interface Places {
  readonly standIns: string;
  readonly mail: string;
  readonly elsewhere: Elsewhere;
}

/** A copy of a team's folder as its repository, with an origin, keys, secrets and tools: everything under one folder. */
export class Project {
  readonly team: Team;
  readonly place: string;
  readonly folder: string;
  readonly #variables: Record<string, string>;

  constructor(team: Team, standIns: string) {
    this.team = team;
    this.place = join(root, '.crossfade', 'examples', team.name);
    this.folder = join(this.place, 'project');
    this.#variables = {
      GITHUB_API_URL: `${standIns}/github`,
      GITHUB_REPOSITORY: 'acme/product',
      GITHUB_TOKEN: keys.github,
      CHAT_URL: `${standIns}/chat`,
      HOOK_SECRET: keys.hooks,
      PAGER_KEY: keys.pager,
      FLAG_TOKEN: keys.flags,
      OPENAI_API_KEY: 'sk-of-whoever-tries-it-out',
      TRY_OUT_TOKEN: 'token-of-whoever-tries-it-out',
      PATH: `${join(this.place, 'tools')}:${process.env['PATH'] ?? ''}`,
    };
  }

  get store(): string {
    return join(this.folder, '.crossfade', 'store');
  }

  get directory(): string {
    return join(this.folder, '.crossfade', 'local');
  }

  /** Writes it all, with the stand-ins' addresses where the files say STAND_INS and MAIL. */
  async make({ standIns, mail, elsewhere }: Places): Promise<void> {
    await rm(this.place, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    await mkdir(this.folder, { recursive: true });
    await cp(this.team.folder, this.folder, { recursive: true });
    for (const own of ['stage.yaml', 'seen.yaml']) await rm(join(this.folder, own), { force: true });
    const approvers = await this.#makeKeys();
    const stack = await readFile(join(this.folder, 'Pulumi.local.yaml'), 'utf8');
    const placed = stack.replaceAll('STAND_INS', standIns).replaceAll('MAIL', mail);
    await writeFile(join(this.folder, 'Pulumi.local.yaml'), `${placed}${approvers}`);
    await writeFile(join(this.folder, 'authorities.pem'), elsewhere.authorities);
    await this.#editChecklist((text) => elsewhere.placed(hurried(cast(text))));
    await this.openWindow(true);
    await this.setSecrets(0);
    await this.#makeTools();
    await writeFile(join(this.folder, '.gitignore'), '.crossfade/\nbuilds/\nPulumi.*-blue.yaml\nPulumi.*-green.yaml\n');
    const secrets = Object.entries(this.team.secrets).map(([name, [, careless]]) => `${name}=${careless}\n`);
    await writeFile(join(this.folder, '.env.example'), secrets.join(''));
    await this.git('init', '--quiet', '--initial-branch', 'main');
    await execa('git', ['init', '--quiet', '--bare', join(this.place, 'origin.git')]);
    await this.git('remote', 'add', 'origin', join(this.place, 'origin.git'));
  }

  /** A checklist speaks of what stands already: the first release comes before it. */
  async useChecklist(used: boolean): Promise<void> {
    const file = join(this.folder, 'Pulumi.local.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace(/^ {4}(?:# )?checklist:/m, used ? '    checklist:' : '    # checklist:'));
  }

  /** Both the times in which a window is open, and those in which it is shut, lie around now. */
  async openWindow(open: boolean): Promise<void> {
    const at = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
    const [from, to] = open ? [at(-2), at(8)] : [at(10), at(12)];
    const days = 'days: [mon, tue, wed, thu, fri, sat, sun]';
    const hours = /days: \[[^\]]*\], from: "[^"]*", to: "[^"]*"/g;
    await this.#editChecklist((text) => text.replace(hours, `${days}, from: "${from}", to: "${to}"`));
  }

  /** `0`: what was made for this environment; `1`: what somebody careless has taken from an example. */
  async setSecrets(which: 0 | 1): Promise<void> {
    const folder = join(this.folder, '.crossfade', 'secrets');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const [name, values] of Object.entries(this.team.secrets)) {
      const made = values[which].replaceAll('random', () => randomBytes(48).toString('base64url'));
      await writeFile(join(folder, name), made, { mode: 0o600 });
    }
  }

  /** Words for the tools' stand-ins: whether everything passes. */
  async setTools(pass: boolean): Promise<void> {
    await writeFile(join(this.place, 'tools', 'pass'), pass ? 'yes' : 'no');
  }

  async #editChecklist(edit: (text: string) => string): Promise<void> {
    const file = join(this.folder, 'RELEASE.md');
    await writeFile(file, edit(await readFile(file, 'utf8')));
  }

  async #makeKeys(): Promise<string> {
    const entries: string[] = [];
    for (const name of people) {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519');
      await writeFile(this.keyOf(name), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
      const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
      entries.push(`      ${name}: { key: ${key} }`);
    }
    return `\n    approvers:\n${entries.join('\n')}\n`;
  }

  keyOf(name: string): string {
    return join(this.place, `${name}.pem`);
  }

  /** Each is one script that answers as it is told: what is shown is the gate, not the tool. */
  async #makeTools(): Promise<void> {
    const tools = join(this.place, 'tools');
    await mkdir(tools, { recursive: true });
    await this.setTools(true);
    const script = `#!/bin/sh\necho "$(basename "$0") $*: a stand-in"\n[ "$(cat '${tools}/pass')" = yes ]\n`;
    for (const tool of this.team.tools) {
      await writeFile(join(tools, tool), script);
      await chmod(join(tools, tool), 0o755);
    }
  }

  crossfade(words: readonly string[], { timeout = 240_000 } = {}) {
    return execa(process.execPath, [crossfade, ...words], {
      cwd: this.folder,
      env: this.#variables,
      reject: false,
      all: true,
      stdin: 'ignore',
      timeout,
    });
  }

  async pulumi(variables: Record<string, string>, ...words: string[]): Promise<void> {
    await execa('pulumi', words, { cwd: this.folder, env: variables, stdin: 'ignore', all: true, timeout: 240_000 });
  }

  async git(...words: string[]): Promise<string> {
    const env = {
      GIT_AUTHOR_NAME: 'author',
      GIT_AUTHOR_EMAIL: 'author@example.com',
      GIT_COMMITTER_NAME: 'author',
      GIT_COMMITTER_EMAIL: 'author@example.com',
    };
    return (await execa('git', words, { cwd: this.folder, env, stdin: 'ignore', timeout: 60_000 })).stdout;
  }
}

/** Whoever holds a role in the team is played by the two who have keys here. */
function cast(text: string): string {
  return text.replaceAll(/\[team:[\w-]+\]/g, `[${people.join(', ')}]`);
}

/** What takes hours or days takes a moment here: shares of a flag, announcements, and what is due after a release. */
function hurried(text: string): string {
  return text
    .replaceAll(/(percents: \[[^\]]*\], hold: )\w+/g, '$12s')
    .replaceAll(/(announced: )\w+/g, '$11s')
    .replaceAll(/(due: )\w+/g, '$11s');
}
