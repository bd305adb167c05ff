import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { artifactDigest, artifactFolder } from '../../platforms/local/artifact-digest.js';

/** Puts files where a release would have put them: in a folder named by their digest. */
export async function writeArtifact(
  artifacts: string,
  files: Readonly<Record<string, string>>,
): Promise<{ readonly digest: string; readonly folder: string }> {
  await mkdir(artifacts, { recursive: true });
  const draft = await mkdtemp(join(artifacts, 'draft-'));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(draft, path)), { recursive: true });
    await writeFile(join(draft, path), text);
    if (path.endsWith('.sh')) await chmod(join(draft, path), 0o755);
  }
  const digest = await artifactDigest(draft);
  const folder = artifactFolder(artifacts, digest);
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
  return { digest, folder };
}
