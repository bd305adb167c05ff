/** Digests that were rolled back; refused until somebody releases them with a reason. */
export interface Quarantine {
  list(): Promise<readonly { readonly digest: string; readonly because: string; readonly run: string }[]>;
  add(entry: { digest: string; because: string; run: string }): Promise<void>;
}
