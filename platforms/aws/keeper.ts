/** The part of the store that this platform keeps records in, beside journals and leases. */
export interface Keeper {
  get(key: string): Promise<string | undefined>;
  put(key: string, text: string): Promise<void>;
}
