export interface RdsInstance {
  readonly identifier: string;
  readonly status: string;
  readonly engineVersion: string;
  readonly gibibytes: number;
}

export interface RdsSnapshot {
  readonly name: string;
  readonly instance: string;
  /** `available` once it is whole; `creating`, `failed` … before or instead. */
  readonly status: string;
  readonly progressPercent: number;
  readonly encrypted: boolean;
  readonly kmsKeyArn: string | undefined;
  readonly engineVersion: string;
  readonly gibibytes: number;
  readonly createdAt: Date | undefined;
}

/** What RDS can be asked. Calls throw TransientError when repeating may help. */
export interface RdsApi {
  instance(identifier: string, signal?: AbortSignal): Promise<RdsInstance | undefined>;
  snapshot(name: string, signal?: AbortSignal): Promise<RdsSnapshot | undefined>;
  /** `exists` leaves the one that is there untouched. */
  createSnapshot(
    name: string,
    instance: string,
    tags: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<'created' | 'exists'>;
  /** All that were taken of it by hand or by runs. */
  snapshotsOf(instance: string, signal?: AbortSignal): Promise<readonly RdsSnapshot[]>;
}
