import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** For localhost, of its own authority, valid for so many days from now. */
export async function makeCertificate(days: number): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), 'crossfade-example-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    const files = ['-keyout', key, '-out', cert];
    await execa('openssl', ['req', '-x509', ...newKey, ...files, '-days', String(days), ...name], { timeout: 30_000 });
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
