import { FolderStore } from '../../journal/folder-store.js';
import type { S3Place } from '../../journal/s3-bucket.js';
import { S3Store } from '../../journal/s3-store.js';
import type { Store } from '../../journal/store.js';

/** A store, in words that can be handed to another process. */
export type OpenedStore = { readonly folder: string } | { readonly bucket: S3Place };

export function openStoreOfChild(text: string): Store {
  const opened = JSON.parse(text) as OpenedStore;
  return 'folder' in opened ? new FolderStore(opened.folder) : new S3Store(opened.bucket);
}
