import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createTar, parseTar } from 'nanotar';
import { publicKeyOf, signText } from '../../contract/ed25519.js';
import { ConfigurationError } from '../../contract/errors.js';
import { archiveFolder, publicKeyFile, signatureFile, sumsFile, type EvidenceFiles } from './evidence-files.js';

/** Gzip unpacks to a thousand times its size. */
const largest = 512 * 1024 * 1024;

/** A gzipped tar; the digests of its files signed where there is a key. The same files and time give the same bytes. */
export function packArchive(files: EvidenceFiles, at: Date, privateKey: string | undefined): Uint8Array {
  const sums = sumsOf(files);
  const signed: [string, string | Uint8Array][] =
    privateKey === undefined
      ? []
      : [
          [signatureFile, Buffer.from(signText(sums, privateKey), 'base64')],
          [publicKeyFile, pemOf(publicKeyOf(privateKey))],
        ];
  const all: [string, string | Uint8Array][] = [...files, [sumsFile, sums], ...signed];
  const tar = createTar(
    all.map(([name, data]) => ({ name: `${archiveFolder}/${name}`, data })),
    { attrs: { mtime: at.getTime(), mode: '644', uid: 0, gid: 0 } },
  );
  return gzipSync(tar, { level: 9 });
}

/** Files by path below the archive's folder. Throws ConfigurationError for what is no such archive. */
export function unpackArchive(bytes: Uint8Array, file: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const { name, type, data } of entriesOf(bytes, file)) {
    const inside = name.startsWith(`${archiveFolder}/`) ? name.slice(archiveFolder.length + 1) : undefined;
    const plain = inside !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/.test(inside);
    if (type !== 'file' || !plain || files.has(inside)) {
      throw new ConfigurationError(
        `${file} holds something that no evidence archive has: ${JSON.stringify(name.slice(0, 120))}`,
      );
    }
    files.set(inside, data ?? new Uint8Array());
  }
  return files;
}

function entriesOf(bytes: Uint8Array, file: string) {
  try {
    return parseTar(gunzipSync(bytes, { maxOutputLength: largest }));
  } catch (cause) {
    throw new ConfigurationError(`${file} is no gzipped tar, or is cut off`, { cause });
  }
}

/** In the form of sha256sum: digest, two spaces, path. */
export function sumsOf(files: ReadonlyMap<string, string | Uint8Array>): string {
  return [...files]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, data]) => `${createHash('sha256').update(data).digest('hex')}  ${name}\n`)
    .join('');
}

export function pemOf(publicKey: string): string {
  return `-----BEGIN PUBLIC KEY-----\n${publicKey}\n-----END PUBLIC KEY-----\n`;
}
