import { gunzipSync, gzipSync } from 'node:zlib';
import { createTar, parseTar } from 'nanotar';
import { ConfigurationError } from '../../contract/errors.js';
import { archiveFolder, publicKeyFile, signatureFile, sumsFile, type EvidenceFiles } from './evidence-files.js';
import { sumsToSign } from './sums.js';

/** Gzip unpacks to a thousand times its size. */
const largest = 512 * 1024 * 1024;

/** Of the text of `sumsToSign`, both in base64. */
export interface Signature {
  readonly signature: string;
  readonly publicKey: string;
}

/** A gzipped tar. The same files, time and signature give the same bytes. */
export function packArchive(files: EvidenceFiles, at: Date, signed: Signature | undefined): Uint8Array {
  const proofs: [string, string | Uint8Array][] =
    signed === undefined
      ? []
      : [
          [signatureFile, Buffer.from(signed.signature, 'base64')],
          [publicKeyFile, pemOf(signed.publicKey)],
        ];
  const all: [string, string | Uint8Array][] = [...files, [sumsFile, sumsToSign(files)], ...proofs];
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

export function pemOf(publicKey: string): string {
  return `-----BEGIN PUBLIC KEY-----\n${publicKey}\n-----END PUBLIC KEY-----\n`;
}
