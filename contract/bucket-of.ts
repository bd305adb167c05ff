import { ConfigurationError } from './errors.js';

export interface BucketPlace {
  readonly bucket: string;
  /** Without a slash at either end; empty: the whole bucket. */
  readonly prefix: string;
}

const part = '[A-Za-z0-9][A-Za-z0-9._-]*';
const address = new RegExp(`^s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(${part}(?:/${part})*))?/?$`);

/** Throws ConfigurationError for a store that is no bucket. */
export function bucketOf(store: string): BucketPlace {
  const match = address.exec(store);
  if (!match) {
    throw new ConfigurationError(`store is ${store}: on aws it is s3://bucket or s3://bucket/prefix`, {
      hint: "the dead man's switch writes there, and roles name it; without both a folder will do",
    });
  }
  return { bucket: match[1] ?? '', prefix: match[2] ?? '' };
}
