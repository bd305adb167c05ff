import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { errnoOf } from '../host/errno.js';

export interface CopiedFile {
  readonly bytes: number;
  /** Of what was written. */
  readonly digest: string;
}

const chunkBytes = 1 << 18;

/** Copies one file, private to its owner; nothing is flushed. Undefined: it went away, as files of a dropped table do. */
export async function copyFile(from: string, to: string): Promise<CopiedFile | undefined> {
  const source = await openUnlessGone(from);
  if (source === undefined) return undefined;
  try {
    const target = await open(to, 'wx', 0o600);
    try {
      return await pour(source, target);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function pour(source: FileHandle, target: FileHandle): Promise<CopiedFile> {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(chunkBytes);
  let bytes = 0;
  for (;;) {
    const { bytesRead } = await source.read(chunk, 0, chunkBytes, bytes);
    if (bytesRead === 0) break;
    hash.update(chunk.subarray(0, bytesRead));
    for (let written = 0; written < bytesRead;) {
      written += (await target.write(chunk, written, bytesRead - written, bytes + written)).bytesWritten;
    }
    bytes += bytesRead;
  }
  return { bytes, digest: `sha256:${hash.digest('hex')}` };
}

async function openUnlessGone(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
