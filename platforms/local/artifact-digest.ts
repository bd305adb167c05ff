import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { canonicalJson, digestOf, type JsonObject } from '../../contract/json.js';
import { IntegrityError } from '../../contract/errors.js';

/**
 * Digest of a folder's files: sorted relative paths, each with its executable bit and the sha256 of its contents (a link
 * with where it points), as canonical JSON. Throws IntegrityError for anything that is neither file, folder nor link.
 */
export async function artifactDigest(folder: string): Promise<string> {
  const paths = await filesBelow(folder, '');
  const entries: JsonObject[] = [];
  for (const path of paths.sort()) entries.push(await describeFile(folder, path));
  return digestOf(canonicalJson(entries));
}

/** Where an artifact lies in a store's folder of artifacts: named by the hex digits of its digest. */
export function artifactFolder(artifacts: string, digest: string): string {
  return join(artifacts, digest.replace(/^sha256:/, ''));
}

async function filesBelow(folder: string, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(folder, path)));
    else found.push(path);
  }
  return found;
}

async function describeFile(folder: string, path: string): Promise<JsonObject> {
  const full = join(folder, path);
  const stats = await lstat(full);
  if (stats.isSymbolicLink()) return { path, link: await readlink(full) };
  if (!stats.isFile()) throw new IntegrityError(`${full} is neither a file, a folder nor a link`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(full), hash);
  return { path, executable: (stats.mode & 0o100) !== 0, sha256: hash.digest('hex') };
}
