import { setTimeout as pause } from 'node:timers/promises';
import type * as S3 from '@aws-sdk/client-s3';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { StoreError } from '../contract/errors.js';
import { asStoreError, isExpired, mayPass } from './s3-failure.js';

type Sdk = typeof S3;

export interface S3Reach {
  /** Where the bucket is looked for first; undefined: as AWS_REGION or the profile says. */
  readonly region?: string;
  /** A stand-in for AWS, in tests; undefined: AWS itself, or what AWS_ENDPOINT_URL names. */
  readonly endpoint?: string;
}

export type S3Call<Answer> = (
  sdk: Sdk,
  client: S3Client,
  options: { readonly abortSignal: AbortSignal },
) => Promise<Answer>;

/** Milliseconds, the SDK's own repetitions included: well within a lease's term. */
const answerWithin = 10_000;
/** Of so many tries of the SDK's each. */
const rounds = 3;

/** A client of S3 that is loaded, and asks for credentials, with its first call. */
export class S3Connection {
  readonly #reach: S3Reach;
  #connected: Promise<{ readonly sdk: Sdk; readonly client: S3Client }> | undefined;

  constructor(reach: S3Reach) {
    this.#reach = reach;
  }

  /**
   * One call, its answer within 10 s. What was throttled, failed on S3's side, got no reply or was signed by a wrong
   * clock is repeated; credentials that have expired are fetched anew once. Throws StoreError.
   */
  async ask<Answer>(act: string, place: string, call: S3Call<Answer>): Promise<Answer> {
    this.#connected ??= connect(this.#reach);
    const { sdk, client } = await this.#connected;
    const abortSignal = AbortSignal.timeout(answerWithin);
    const once = () =>
      call(sdk, client, { abortSignal }).catch(async (error: unknown) => {
        if (!isExpired(error)) throw error;
        await client.config.credentials({ forceRefresh: true });
        return call(sdk, client, { abortSignal });
      });
    let failure: unknown;
    for (let round = 1; ; round += 1) {
      try {
        return await once();
      } catch (error) {
        // When the time is up, what S3 said before tells more than that the time is up.
        failure = abortSignal.aborted ? (failure ?? error) : error;
        if (abortSignal.aborted || !mayPass(error) || round === rounds) throw asStoreError(act, place, failure);
        await pause(200 * 2 ** round * (0.5 + Math.random() / 2));
      }
    }
  }
}

/** The name that S3 gave to what went wrong; undefined for everything that is no StoreError of its. */
export function s3ErrorOf(error: unknown): string | undefined {
  return error instanceof StoreError && error.cause instanceof Error ? error.cause.name : undefined;
}

async function connect(reach: S3Reach): Promise<{ sdk: Sdk; client: S3Client }> {
  const sdk = await import('@aws-sdk/client-s3');
  return { sdk, client: new sdk.S3Client(configuration(reach)) };
}

function configuration({ region, endpoint }: S3Reach): S3ClientConfig {
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 } = process.env;
  const standIn = endpoint ?? AWS_ENDPOINT_URL_S3 ?? AWS_ENDPOINT_URL;
  return {
    maxAttempts: 3,
    // One store may serve environments of several regions.
    followRegionRedirects: true,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
    ...(region === undefined ? {} : { region }),
    // A stand-in has no name of its own for each bucket.
    ...(standIn === undefined ? {} : { endpoint: standIn, forcePathStyle: true }),
  };
}
