import { resolve } from 'node:path';
import { bucketOf } from '../contract/bucket-of.js';
import type { AwsConfiguration } from '../contract/configuration.js';
import { ConfigurationError } from '../contract/errors.js';
import { FolderStore } from '../journal/folder-store.js';
import type { S3Place } from '../journal/s3-bucket.js';
import { S3Store } from '../journal/s3-store.js';
import type { Store } from '../journal/store.js';
import type { FoundEnvironment } from './find-environment.js';

/** The store that the environment names: a folder, relative to its stack file, or a bucket. Nothing is asked of it yet. */
export function openStore({ configuration, folder, file }: FoundEnvironment): Store {
  const { store } = configuration;
  if (!/^[a-z0-9]+:\/\//.test(store)) return new FolderStore(resolve(folder, store));
  if (configuration.platform === 'local') {
    throw new ConfigurationError(`${file}: store ${store}: the local platform keeps it in a folder`, {
      hint: 'its processes run from the artifacts in there: name a folder',
    });
  }
  return new S3Store(bucketPlace(configuration));
}

/** Where the environment's bucket is and how what is written there is kept. Throws ConfigurationError for another store. */
export function bucketPlace({ store, region, endpoint, storeBucket }: AwsConfiguration): S3Place {
  return { ...bucketOf(store), ...storeBucket, region, ...(endpoint === null ? {} : { endpoint }) };
}
