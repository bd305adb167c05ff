import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type * as Sdk from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { bucketOf } from '../../../contract/bucket-of.js';
import type { DatabaseBackups } from '../../../contract/database-backups.js';
import { OperatorError, PlatformError } from '../../../contract/errors.js';
import type { Work } from '../../../pipeline/ports/work.js';
import { backupFolder } from '../backup/manifest.js';
import { makingPrefix, ownerFile } from '../backup/unfinished-backups.js';
import { writePrivate } from '../backup/write-private.js';
import { flushTree } from '../flush-tree.js';
import { dumpFile, type DumpManifest } from './dump-manifest.js';

/** A second copy of each dump, in S3. Every method throws PlatformError, which says the place. */
export interface SecondPlace {
  readonly address: string;
  /** The dump first and its manifest last: what has a manifest is whole. Idempotent. */
  keep(dumps: string, manifest: DumpManifest, work: Work): Promise<void>;
  /** Whether what lies there is the dump, by its size and the checksum that S3 was given. Resolves to why not. */
  lacksBecause(manifest: DumpManifest, signal: AbortSignal): Promise<string | undefined>;
  /** Whether a whole dump of this name lies there. */
  has(name: string): Promise<boolean>;
  /** Brings one back, where the first place has lost it. */
  bringBack(dumps: string, name: string, work: Work): Promise<void>;
  remove(name: string): Promise<void>;
}

type Place = NonNullable<DatabaseBackups['copyTo']>;

/** S3 takes at most 10,000 parts, each but the last of at least 5 MiB: this is enough for 640 GB. */
const largestPart = 67_108_864;

export function secondPlace(place: Place, partBytes = largestPart): SecondPlace {
  const { bucket, prefix } = bucketOf(place.url);
  const keyOf = (name: string, file: string): string => [...(prefix === '' ? [] : [prefix]), name, file].join('/');
  const connected = once(() => connect(place));

  async function asking<Answer>(
    act: string,
    ask: (sdk: typeof Sdk, client: S3Client) => Promise<Answer>,
  ): Promise<Answer> {
    const { sdk, client } = await connected();
    try {
      return await ask(sdk, client);
    } catch (cause) {
      if (cause instanceof OperatorError) throw cause;
      const because = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      throw new PlatformError(`${place.url}: ${act} failed: ${because}`, {
        cause,
        hint: 'credentials and region are those of the AWS SDK: AWS_PROFILE, AWS_REGION, or copyTo.region',
      });
    }
  }

  async function putFile(key: string, handle: FileHandle, manifest: DumpManifest, signal: AbortSignal): Promise<void> {
    await asking('writing', async (sdk, client) => {
      const object = { Bucket: bucket, Key: key };
      const metadata = { digest: manifest.digest };
      if (manifest.bytes <= partBytes) {
        const Body = await readPart(handle, 0, manifest.bytes);
        const put = { ...object, Body, ChecksumSHA256: sha256(Body), Metadata: metadata };
        await client.send(new sdk.PutObjectCommand(put), { abortSignal: signal });
        return;
      }
      const started = { ...object, ChecksumAlgorithm: 'SHA256' as const, Metadata: metadata };
      const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(started), { abortSignal: signal });
      const upload = { ...object, UploadId };
      try {
        const Parts: Sdk.CompletedPart[] = [];
        for (let at = 0; at < manifest.bytes; at += partBytes) {
          const Body = await readPart(handle, at, Math.min(partBytes, manifest.bytes - at));
          const part = { PartNumber: Parts.length + 1, ChecksumSHA256: sha256(Body) };
          const { ETag } = await client.send(new sdk.UploadPartCommand({ ...upload, ...part, Body }), {
            abortSignal: signal,
          });
          Parts.push({ ...part, ETag });
        }
        const whole = { ...upload, MultipartUpload: { Parts } };
        await client.send(new sdk.CompleteMultipartUploadCommand(whole), { abortSignal: signal });
      } catch (error) {
        // Parts of an upload that never ends are paid for.
        await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined);
        throw error;
      }
    });
  }

  const lacksBecause: SecondPlace['lacksBecause'] = (manifest, signal) =>
    asking('looking', async (sdk, client) => {
      const head = { Bucket: bucket, Key: keyOf(manifest.name, dumpFile) };
      const found = await client
        .send(new sdk.HeadObjectCommand(head), { abortSignal: signal })
        .catch((error: unknown) => {
          if (error instanceof sdk.NotFound || error instanceof sdk.NoSuchKey) return undefined;
          throw error;
        });
      if (found === undefined) return `${manifest.name} is not in ${place.url}`;
      if (found.ContentLength !== manifest.bytes) {
        return `${manifest.name} has ${found.ContentLength ?? 0} bytes in ${place.url}, not ${manifest.bytes}`;
      }
      return found.Metadata?.['digest'] === manifest.digest
        ? undefined
        : `${manifest.name} in ${place.url} is another one`;
    });

  return {
    address: place.url,
    lacksBecause,
    async keep(dumps, manifest, work) {
      const { signal } = work;
      if ((await lacksBecause(manifest, signal)) === undefined) return;
      work.say(`copying ${manifest.name} to ${place.url}`);
      const folder = backupFolder(dumps, manifest.name);
      const handle = await open(join(folder, dumpFile), 'r');
      try {
        await putFile(keyOf(manifest.name, dumpFile), handle, manifest, signal);
      } finally {
        await handle.close();
      }
      const Body = await readFile(join(folder, 'manifest.json'));
      await asking('writing', (sdk, client) => {
        const put = { Bucket: bucket, Key: keyOf(manifest.name, 'manifest.json'), Body };
        return client.send(new sdk.PutObjectCommand(put), { abortSignal: signal });
      });
    },
    has: (name) =>
      asking('looking', async (sdk, client) => {
        const head = new sdk.HeadObjectCommand({ Bucket: bucket, Key: keyOf(name, 'manifest.json') });
        return client.send(head).then(
          () => true,
          (error: unknown) => {
            if (error instanceof sdk.NotFound || error instanceof sdk.NoSuchKey) return false;
            throw error;
          },
        );
      }),
    async bringBack(dumps, name, work) {
      const { signal } = work;
      work.say(`bringing ${name} back from ${place.url}`);
      await mkdir(dumps, { recursive: true, mode: 0o700 });
      const aside = await mkdtemp(join(dumps, makingPrefix(name)));
      try {
        await writePrivate(join(aside, ownerFile), String(process.pid));
        for (const file of [dumpFile, 'manifest.json']) {
          await asking('reading', async (sdk, client) => {
            const get = { Bucket: bucket, Key: keyOf(name, file) };
            const { Body } = await client.send(new sdk.GetObjectCommand(get), { abortSignal: signal });
            if (Body === undefined) throw new PlatformError(`${place.url} gave no ${file} of ${name}`);
            const target = createWriteStream(join(aside, file), { mode: 0o600, flags: 'wx' });
            await pipeline(Body as NodeJS.ReadableStream, target, { signal });
          });
        }
        await rm(join(aside, ownerFile));
        await flushTree(aside);
        await rename(aside, backupFolder(dumps, name));
      } catch (error) {
        await rm(aside, { recursive: true, force: true });
        throw error;
      }
    },
    async remove(name) {
      // The manifest first: what has none is no backup any more.
      for (const file of ['manifest.json', dumpFile]) {
        await asking('removing', (sdk, client) =>
          client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: keyOf(name, file) })),
        );
      }
    },
  };
}

async function connect({ region, endpoint }: Place): Promise<{ sdk: typeof Sdk; client: S3Client }> {
  const sdk = await import('@aws-sdk/client-s3');
  const client = new sdk.S3Client({
    maxAttempts: 5,
    followRegionRedirects: true,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 120_000, throwOnRequestTimeout: true },
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  return { sdk, client };
}

async function readPart(handle: FileHandle, at: number, bytes: number): Promise<Buffer> {
  const part = Buffer.alloc(bytes);
  let read = 0;
  while (read < bytes) {
    const { bytesRead } = await handle.read(part, read, bytes - read, at + read);
    if (bytesRead === 0) throw new PlatformError('the dump became shorter while it was copied');
    read += bytesRead;
  }
  return part;
}

function sha256(part: Buffer): string {
  return createHash('sha256').update(part).digest('base64');
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => (made ??= make());
}
