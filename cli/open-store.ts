import { resolve } from 'node:path';
import { ConfigurationError } from '../contract/errors.js';
import { FolderStore } from '../journal/folder-store.js';
import type { Store } from '../journal/store.js';
import type { FoundEnvironment } from './find-environment.js';

/** The store that the environment names: a folder, relative to its stack file. */
export function openStore({ configuration, folder, file }: FoundEnvironment): Store {
  const { store } = configuration;
  if (/^[a-z0-9]+:\/\//.test(store)) {
    throw new ConfigurationError(`${file}: store ${store} is not possible yet`, { hint: 'name a folder' });
  }
  return new FolderStore(resolve(folder, store));
}
