import { closeSync, fsync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { PlatformError } from '../../../../contract/errors.js';
import { canonicalJson, digestOf } from '../../../../contract/json.js';
import { parse } from '../../../../contract/parse.js';
import { errnoOf } from '../errno.js';
import { balancerStateSchema } from './state.js';
import type { BalancerState } from './state.js';

const flush = promisify(fsync);

const envelopeSchema = z.object({ checksum: z.string(), state: z.unknown() });

/**
 * The committed state in a folder: the last one and the one before, each replaced by a rename after its bytes and
 * before the folder's entry are on the disk, so that a crash at any point leaves one of the two whole.
 */
export class StateFile {
  readonly path: string;
  readonly previousPath: string;
  private readonly temporaryPath: string;

  private readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
    this.path = join(directory, 'balancer-state.json');
    this.previousPath = join(directory, 'balancer-state.previous.json');
    this.temporaryPath = join(directory, 'balancer-state.json.writing');
  }

  /** Undefined when there never was one. Throws PlatformError when nothing readable is left: a person must look. */
  async read(): Promise<{ readonly state: BalancerState; readonly torn: boolean } | undefined> {
    const last = await this.readOne(this.path);
    if (typeof last === 'object') return { state: last, torn: false };
    const previous = await this.readOne(this.previousPath);
    if (typeof previous === 'object') return { state: previous, torn: last === 'torn' };
    if (last === 'missing' && previous === 'missing') return undefined;
    throw new PlatformError(`the balancer's state is unreadable: ${this.path} and the one before it`, {
      hint: 'move both files away to begin with no routes and no weights, then bring the environment up again',
    });
  }

  /**
   * Only the flushes leave the thread: in a busy process each wait costs a turn of the event loop, and users' traffic
   * is waiting for this one.
   */
  async write(state: BalancerState): Promise<void> {
    const file = openSync(this.temporaryPath, 'w', 0o600);
    try {
      writeFileSync(file, JSON.stringify({ checksum: digestOf(canonicalJson(state)), state }));
      await flush(file);
    } finally {
      closeSync(file);
    }
    this.keepPrevious();
    renameSync(this.temporaryPath, this.path);
    const folder = openSync(this.directory, 'r');
    try {
      await flush(folder);
    } finally {
      closeSync(folder);
    }
  }

  private keepPrevious(): void {
    const aside = `${this.previousPath}.linking`;
    rmSync(aside, { force: true });
    try {
      linkSync(this.path, aside);
      renameSync(aside, this.previousPath);
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }

  private async readOne(path: string): Promise<BalancerState | 'missing' | 'torn'> {
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return 'missing';
      throw new PlatformError(`the balancer's state can't be read: ${path}`, { cause: error });
    }
    const envelope = envelopeSchema.safeParse(readJson(text));
    if (!envelope.success || envelope.data.checksum !== digestOf(canonicalJson(envelope.data.state))) return 'torn';
    return parse(balancerStateSchema, envelope.data.state, path);
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
