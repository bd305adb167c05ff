import { chmod, cp, lstat, mkdir, mkdtemp, readdir, readlink, rename, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { ConfigurationError, IntegrityError } from '../../contract/errors.js';
import { orStoreError, systemCode } from '../../journal/system-error.js';
import { artifactDigest, artifactFolder } from '../../platforms/local/artifact-digest.js';

/**
 * Copies a folder into the folder of artifacts, under the digest of its files, which nobody is to change any more.
 * What is there already is checked instead. Throws ConfigurationError for what is no artifact, IntegrityError when the
 * folder changed meanwhile or the kept one is not what its name says.
 */
export async function keepArtifact(artifacts: string, folder: string): Promise<string> {
  await refuseStrange(folder);
  return orStoreError('keep an artifact in', artifacts, async () => {
    const digest = await artifactDigest(folder);
    const kept = artifactFolder(artifacts, digest);
    if (await exists(kept)) await verify(kept, digest);
    else await copy(folder, artifacts, kept, digest);
    return digest;
  });
}

async function copy(folder: string, artifacts: string, kept: string, digest: string): Promise<void> {
  await mkdir(artifacts, { recursive: true, mode: 0o700 });
  const draft = await mkdtemp(join(artifacts, '.draft-'));
  try {
    await cp(folder, draft, { recursive: true, verbatimSymlinks: true });
    if ((await artifactDigest(draft)) !== digest) {
      throw new IntegrityError(`${folder} changed while it was copied`, {
        hint: 'let the build finish, then try again',
      });
    }
    await protect(draft);
    await rename(draft, kept);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const taken = systemCode(error) === 'ENOTEMPTY' || systemCode(error) === 'EEXIST';
    // Another process kept the same at the same time.
    if (!taken) throw error;
    await verify(kept, digest);
  }
}

async function verify(kept: string, digest: string): Promise<void> {
  const found = await artifactDigest(kept);
  if (found === digest) return;
  throw new IntegrityError(`${kept} was changed: it is ${found} by now`, {
    hint: 'move that folder away and create the release again; nothing that runs from it can be trusted',
  });
}

/** Files are read-only; folders stay their owner's, so that the store can be removed by ordinary means. */
async function protect(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await protect(path);
    else if (entry.isFile()) await chmod(path, ((await lstat(path)).mode & 0o100) === 0 ? 0o400 : 0o500);
  }
}

/** Throws ConfigurationError for what can't be kept as it is: nothing, no folder, links that lead out of it. */
async function refuseStrange(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new ConfigurationError(`${folder} is ${found === undefined ? 'not there' : 'no folder'}`, {
      hint: 'an artifact of the local platform is the folder that a build has made',
    });
  }
  const files = await walk(folder, folder);
  if (files === 0) throw new ConfigurationError(`${folder} is empty`, { hint: 'build first' });
}

async function walk(root: string, folder: string): Promise<number> {
  let files = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files += await walk(root, path);
    else files += 1;
    if (entry.isSymbolicLink()) await refuseLeaving(root, path);
  }
  return files;
}

async function refuseLeaving(root: string, path: string): Promise<void> {
  const target = await readlink(path);
  const inside = relative(root, resolve(dirname(path), target));
  if (!isAbsolute(target) && !inside.startsWith('..') && !isAbsolute(inside)) return;
  throw new ConfigurationError(`${path} is a link to ${target}, outside of the artifact`, {
    hint: 'what it points to could change after the release: copy it into the folder',
  });
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
