import { createHash } from 'node:crypto';
import { outputFolder } from './evidence-files.js';

type Files = ReadonlyMap<string, string | Uint8Array>;

/** In the form of sha256sum: digest, two spaces, path. */
export function sumsOf(files: Files): string {
  return [...files]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, data]) => `${createHash('sha256').update(data).digest('hex')}  ${name}\n`)
    .join('');
}

/** What is signed: of these files all but the output, whose digests are one of them. */
export function sumsToSign(files: Files): string {
  return sumsOf(new Map([...files].filter(([name]) => !name.startsWith(`${outputFolder}/`))));
}
