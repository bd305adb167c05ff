import { mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

const capBytes = 10 * 1024 * 1024;
const tailBytes = 64 * 1024;

/** Appends; what had grown beyond the cap becomes `<file>.1`, in place of the one before. */
export async function openReplicaLog(file: string, cap = capBytes): Promise<FileHandle> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const size = await sizeOf(file);
  if (size > cap) await rename(file, `${file}.1`);
  return open(file, 'a', 0o600);
}

export async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    (stats) => stats.size,
    () => 0,
  );
}

/** The last lines written after `from` bytes, each secret and its usual encodings replaced. */
export async function lastLogLines(options: {
  file: string;
  from: number;
  count: number;
  secrets: readonly string[];
}): Promise<string[]> {
  const size = await sizeOf(options.file);
  const start = Math.max(options.from <= size ? options.from : 0, size - tailBytes);
  const handle = await open(options.file, 'r').catch(() => undefined);
  if (handle === undefined) return [];
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    const lines = withoutSecrets(buffer.toString('utf8', 0, bytesRead), options.secrets).split('\n');
    return lines.filter((line) => line.trim() !== '').slice(-options.count);
  } finally {
    await handle.close();
  }
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const forms = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('hex'),
  ]);
  // Longest first, so that a secret inside another one's encoding leaves nothing over.
  const worth = [...new Set(forms)].filter((form) => form.length > 2).sort((one, other) => other.length - one.length);
  return worth.reduce((redacted, form) => redacted.replaceAll(form, '[redacted]'), text);
}
