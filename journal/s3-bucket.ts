import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { BucketPlace } from '../contract/bucket-of.js';
import type { StoreBucket } from '../contract/store-bucket.js';
import { S3Connection, s3ErrorOf, type S3Reach } from './s3-connection.js';
import { inspectBucket, type BucketInspection } from './s3-inspection.js';
import type { ListedNames } from './store.js';

export interface S3Place extends BucketPlace, StoreBucket, S3Reach {}

interface Found {
  readonly text: string;
  readonly etag: string | undefined;
  readonly writer: string | undefined;
}

type Condition = Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch'>;

const triesAtConflicts = 6;
const day = 86_400_000;

/** One bucket, below one prefix: each verb a bounded number of requests. Throws StoreError. */
export class S3Bucket {
  readonly address: string;
  readonly #place: S3Place;
  readonly #connection: S3Connection;

  constructor(place: S3Place) {
    this.#place = place;
    this.#connection = new S3Connection(place);
    this.address = `s3://${place.bucket}${place.prefix === '' ? '' : `/${place.prefix}`}`;
  }

  /** Writes what is not there yet; of any number of writers one gets `created`. `locked` as the place's lock says. */
  async create(key: string, body: string | Uint8Array, { locked = false } = {}): Promise<'created' | 'exists'> {
    return (await this.#write(key, body, { IfNoneMatch: '*' }, locked)) === 'ours' ? 'created' : 'exists';
  }

  /**
   * Replaces what is there now, and nothing that is put there later: a write that is repeated because its reply was
   * lost never brings back what another process has replaced meanwhile. Who writes at the same moment counts as later.
   */
  async replace(key: string, body: string | Uint8Array): Promise<void> {
    const etag = (await this.#find(key))?.etag;
    const outcome = await this.#write(key, body, etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag }, false);
    if (outcome === 'gone') await this.#write(key, body, { IfNoneMatch: '*' }, false);
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#find(key))?.text;
  }

  /** Nothing happens when it is not there. */
  async remove(key: string): Promise<void> {
    const input = { Bucket: this.#place.bucket, Key: this.#keyOf(key) };
    await this.#connection.ask('remove', `${this.address}/${key}`, (sdk, client, options) =>
      client.send(new sdk.DeleteObjectCommand(input), options),
    );
  }

  /** How the bucket keeps things. */
  inspect(): Promise<BucketInspection> {
    return inspectBucket(this.#connection, this.#place.bucket);
  }

  /** Tries to replace what is there by naming something else: true when that was refused, as it has to be. */
  async refusesMismatch(key: string): Promise<boolean> {
    await this.create(key, 'one');
    const outcome = await this.#write(key, 'two', { IfMatch: `"${'0'.repeat(32)}"` }, false);
    await this.remove(key);
    return outcome === 'theirs';
  }

  /** Names directly below the folder that begin with `prefix` and come after `after`: one request for each thousand. */
  async list(folder: string, { prefix = '', after }: ListedNames = {}): Promise<string[]> {
    const above = this.#keyOf(`${folder}/`);
    const start = after === undefined ? {} : { StartAfter: above + after };
    const input = { Bucket: this.#place.bucket, Prefix: above + prefix, Delimiter: '/', ...start };
    const names: string[] = [];
    let next: { ContinuationToken?: string } = {};
    do {
      const page = await this.#connection.ask('list', `${this.address}/${folder}`, (sdk, client, options) =>
        client.send(new sdk.ListObjectsV2Command({ ...input, ...next }), options),
      );
      names.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(above.length)));
      names.push(...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix.slice(above.length, -1)));
      next = page.NextContinuationToken === undefined ? {} : { ContinuationToken: page.NextContinuationToken };
    } while (next.ContinuationToken !== undefined);
    // What lies in a folder comes after the folder's own name: S3 begins with that folder, whose name is not after it.
    return names.filter((name) => after === undefined || name > after);
  }

  /**
   * `ours`: it was written by this call. The SDK repeats a write whose reply was lost, and S3 then refuses what it has
   * carried out before: the mark in the object's metadata tells whose it is.
   */
  async #write(
    key: string,
    body: string | Uint8Array,
    condition: Condition,
    locked: boolean,
  ): Promise<'ours' | 'theirs' | 'gone'> {
    const writer = randomUUID();
    const input = { Key: this.#keyOf(key), Body: body, Metadata: { writer }, ...condition, ...this.#keeping(locked) };
    for (let tried = 1; ; tried += 1) {
      try {
        await this.#connection.ask('write', `${this.address}/${key}`, (sdk, client, options) =>
          client.send(new sdk.PutObjectCommand({ Bucket: this.#place.bucket, ...input }), options),
        );
        return 'ours';
      } catch (error) {
        const said = s3ErrorOf(error);
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: 409 is answered while another
        // write is under way, 404 where what IfMatch names was deleted.
        if (said === 'ConditionalRequestConflict' && tried < triesAtConflicts) await pause(25 * 2 ** tried);
        else if (said === 'PreconditionFailed') return (await this.#find(key))?.writer === writer ? 'ours' : 'theirs';
        else if (said === 'NoSuchKey') return 'gone';
        else throw error;
      }
    }
  }

  /** GET and not HEAD: records are small, and an error of HEAD has no name. */
  async #find(key: string): Promise<Found | undefined> {
    const input = { Bucket: this.#place.bucket, Key: this.#keyOf(key) };
    try {
      return await this.#connection.ask('read', `${this.address}/${key}`, async (sdk, client, options) => {
        const { Body, ETag, Metadata } = await client.send(new sdk.GetObjectCommand(input), options);
        return { text: (await Body?.transformToString()) ?? '', etag: ETag, writer: Metadata?.['writer'] };
      });
    } catch (error) {
      if (s3ErrorOf(error) === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  #keeping(locked: boolean): Partial<PutObjectCommandInput> {
    const { kmsKeyArn, lock } = this.#place;
    return {
      ...(kmsKeyArn === null
        ? {}
        : { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: kmsKeyArn, BucketKeyEnabled: true }),
      ...(locked && lock
        ? {
            ObjectLockMode: lock.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
            ObjectLockRetainUntilDate: new Date(Date.now() + lock.days * day),
          }
        : {}),
    };
  }

  #keyOf(name: string): string {
    return this.#place.prefix === '' ? name : `${this.#place.prefix}/${name}`;
  }
}
