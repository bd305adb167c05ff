import { digestOf } from '../contract/json.js';
import type { Store } from './store.js';

export interface Attachment {
  /** Where it lies in the store. */
  readonly key: string;
  readonly digest: string;
  readonly bytes: number;
}

/** Keeps a text beside a run's journal, named by its digest: the journal holds that, so that the text can be proven. */
export async function keepAttachment(store: Store, run: string, text: string): Promise<Attachment> {
  const digest = digestOf(text);
  const key = `attachments/${run}/${digest.slice('sha256:'.length)}`;
  await store.putOnce(key, text);
  return { key, digest, bytes: Buffer.byteLength(text) };
}

export async function readAttachment(store: Store, { key }: Pick<Attachment, 'key'>): Promise<string | undefined> {
  return store.get(key);
}
