import { ConfigurationError } from '../contract/errors.js';

/** Throws ConfigurationError for a store that is no bucket. */
export function bucketOf(store: string): { readonly bucket: string; readonly prefix: string } {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*?))?\/?$/.exec(store);
  if (!match) {
    throw new ConfigurationError(`store is ${store}: on aws it is s3://bucket or s3://bucket/prefix`, {
      hint: "the dead man's switch writes there, and roles name it; without both a folder will do",
    });
  }
  return { bucket: match[1] ?? '', prefix: match[2] ?? '' };
}
