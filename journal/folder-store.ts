import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, realpath, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { IntegrityError } from '../contract/errors.js';
import { createDurably, ensureFolder, readWhole, refuseLink, replaceDurably } from './durable-file.js';
import { readRecordName, readStoreName, recordName } from './store-name.js';
import type { ListedNames, Store, StoredRecord, StreamReading } from './store.js';
import { orStoreError, systemCode } from './system-error.js';

const drafts = '.drafts';
const draftsAreStaleAfter = 3_600_000;
const readsAtOnce = 64;

/** One file per record, 0600 in folders 0700. Every record ends with a newline: one that doesn't was cut off. */
export class FolderStore implements Store {
  readonly place: string;
  #prepared: Promise<string> | undefined;

  constructor(folder: string) {
    this.place = folder;
  }

  async append(stream: string, sequence: number, text: string): Promise<'appended' | 'exists'> {
    const parts = readStoreName(stream);
    const name = recordName(sequence);
    return orStoreError('append to', join(this.place, ...parts), async () => {
      const root = await this.#prepare();
      const folder = await ensureFolder(root, parts);
      const created = await createDurably(join(folder, name), `${text}\n`, join(root, drafts));
      return created === 'created' ? 'appended' : 'exists';
    });
  }

  async read(stream: string, from = 0): Promise<StreamReading> {
    const folder = this.#pathOf(stream);
    return orStoreError('read', folder, async () => {
      const sequences = await this.#sequences(stream);
      const wanted = sequences.filter((sequence) => sequence >= from);
      const records: StoredRecord[] = [];
      let torn: number | undefined;
      for (let start = 0; start < wanted.length; start += readsAtOnce) {
        const some = wanted.slice(start, start + readsAtOnce);
        const texts = await Promise.all(
          some.map((sequence) => unlessGone(readWhole(join(folder, recordName(sequence))))),
        );
        for (const [index, sequence] of some.entries()) {
          const text = texts[index];
          if (text === undefined) continue;
          if (text.endsWith('\n')) records.push({ sequence, text: text.slice(0, -1) });
          else if (sequence === sequences.at(-1)) torn = sequence;
          else throw cutOff(join(folder, recordName(sequence)));
        }
      }
      return { records, torn };
    });
  }

  async last(stream: string): Promise<number | undefined> {
    return orStoreError('read', this.#pathOf(stream), async () => (await this.#sequences(stream)).at(-1));
  }

  async mend(stream: string): Promise<number | undefined> {
    const folder = this.#pathOf(stream);
    return orStoreError('mend', folder, async () => {
      const sequence = (await this.#sequences(stream)).at(-1);
      if (sequence === undefined) return undefined;
      const path = join(folder, recordName(sequence));
      const { ino } = await stat(path);
      if ((await readWhole(path)).endsWith('\n')) return undefined;
      // Another process may have mended and appended since: only the file that was seen cut off is moved.
      if ((await stat(path)).ino !== ino) return undefined;
      await rename(path, join(folder, `${recordName(sequence)}.${randomBytes(3).toString('hex')}.torn`));
      return sequence;
    });
  }

  async remove(stream: string, sequence: number): Promise<void> {
    const path = join(this.#pathOf(stream), recordName(sequence));
    await orStoreError('remove', path, () => unlessGone(unlink(path)));
  }

  async list(folder: string, { prefix = '', after = '' }: ListedNames = {}): Promise<readonly string[]> {
    const path = this.#pathOf(folder);
    const wanted = (name: string): boolean => !name.startsWith('.') && name.startsWith(prefix) && name > after;
    return orStoreError('list', path, async () => (await namesIn(path)).filter(wanted).sort());
  }

  async putOnce(key: string, content: string | Uint8Array): Promise<'written' | 'exists'> {
    return orStoreError('write', this.#pathOf(key), async () => {
      const { root, path } = await this.#target(key);
      const created = await createDurably(path, content, join(root, drafts));
      return created === 'created' ? 'written' : 'exists';
    });
  }

  async put(key: string, content: string | Uint8Array): Promise<void> {
    await orStoreError('write', this.#pathOf(key), async () => {
      const { root, path } = await this.#target(key);
      await replaceDurably(path, content, join(root, drafts));
    });
  }

  async get(key: string): Promise<string | undefined> {
    const path = this.#pathOf(key);
    return orStoreError('read', path, async () => {
      await this.#refuseLinks(readStoreName(key).slice(0, -1));
      return unlessGone(readWhole(path));
    });
  }

  #pathOf(name: string): string {
    return join(this.place, ...readStoreName(name));
  }

  async #target(key: string): Promise<{ root: string; path: string }> {
    const parts = readStoreName(key);
    const root = await this.#prepare();
    const folder = await ensureFolder(root, parts.slice(0, -1));
    return { root, path: join(folder, ...parts.slice(-1)) };
  }

  async #sequences(stream: string): Promise<number[]> {
    const parts = readStoreName(stream);
    await this.#refuseLinks(parts);
    const names = await namesIn(join(this.place, ...parts));
    return names
      .map(readRecordName)
      .filter((sequence) => sequence !== undefined)
      .sort((one, other) => one - other);
  }

  async #refuseLinks(parts: readonly string[]): Promise<void> {
    for (let depth = 1; depth <= parts.length; depth += 1) {
      await unlessGone(refuseLink(join(this.place, ...parts.slice(0, depth))));
    }
  }

  /** The store's own folder may be reached by a link; nothing inside it may be one. */
  #prepare(): Promise<string> {
    this.#prepared ??= prepare(this.place).catch((error: unknown) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }
}

async function prepare(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const root = await realpath(folder);
  const place = await ensureFolder(root, [drafts]);
  for (const name of await readdir(place)) {
    // A killed process leaves its draft behind; a young one may be another process at work.
    const age = Date.now() - (await unlessGone(lstat(join(place, name))).then((found) => found?.mtimeMs ?? Date.now()));
    if (age > draftsAreStaleAfter) await unlessGone(unlink(join(place, name)));
  }
  return root;
}

async function namesIn(folder: string): Promise<string[]> {
  return (await unlessGone(readdir(folder))) ?? [];
}

async function unlessGone<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function cutOff(path: string): IntegrityError {
  return new IntegrityError(`${path} is cut off, and it is not the last of its stream`, {
    hint: 'a crash can only cut off the last one: restore this file from a copy of the store, or see who wrote to it',
  });
}
