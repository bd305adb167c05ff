export interface RdsInstance {
  readonly identifier: string;
  readonly arn: string;
  readonly status: string;
  readonly engineVersion: string;
  readonly gibibytes: number;
  /** Undefined while it is being made. */
  readonly endpoint: { readonly host: string; readonly port: number } | undefined;
  readonly class: string;
  readonly multiAz: boolean;
  readonly backupRetentionDays: number;
  readonly deletionProtection: boolean;
  /** Where RDS keeps the master's login, and whether it can be used yet; undefined: RDS doesn't keep it. */
  readonly masterSecret: { readonly arn: string; readonly status: string } | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** An instance made of a snapshot. */
export interface RestoreWanted {
  readonly identifier: string;
  readonly snapshot: string;
  readonly subnetGroup: string;
  readonly securityGroupIds: readonly string[];
  readonly parameterGroup: string;
  readonly class: string;
  readonly multiAz: boolean;
  readonly backupRetentionDays: number;
  readonly deletionProtection: boolean;
  /** Which of its logs go to CloudWatch, into groups that stay when it is deleted. */
  readonly logs: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
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

/** The same snapshot in another region, which is asked for it; from where is in its ARN, which the SDK presigns by. */
export interface SnapshotCopy {
  readonly name: string;
  readonly sourceArn: string;
  readonly keyArn: string;
  readonly tags: Readonly<Record<string, string>>;
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
  /** All whose identifier begins so. */
  instancesNamed(prefix: string, signal?: AbortSignal): Promise<readonly RdsInstance[]>;
  /** `exists` leaves the one that is there untouched. */
  restore(wanted: RestoreWanted, signal?: AbortSignal): Promise<'created' | 'exists'>;
  /**
   * RDS gives the master a new password and keeps the login from then on, encrypted with this key; minutes later it is
   * there. Only of an instance whose login it does not keep. `busy` in a state in which RDS changes none.
   */
  keepMasterLogin(identifier: string, keyArn: string, signal?: AbortSignal): Promise<'asked' | 'busy'>;
  /**
   * Without a last snapshot, and with its own backups: of copies only. `busy` in a state in which RDS deletes none, or
   * when it is doing so already.
   */
  deleteInstance(identifier: string, signal?: AbortSignal): Promise<'deleting' | 'gone' | 'busy'>;
  tag(arn: string, tags: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<void>;
  /** Of those that a run has taken; one that is gone already is fine. */
  deleteSnapshot(name: string, signal?: AbortSignal): Promise<void>;
  /** `exists` leaves the one that is there untouched. */
  copySnapshot(copy: SnapshotCopy, signal?: AbortSignal): Promise<'created' | 'exists'>;
  /** All that were taken or copied by hand or by runs and are named so: of copies RDS knows no instance. */
  snapshotsNamed(prefix: string, signal?: AbortSignal): Promise<readonly RdsSnapshot[]>;
  /** All that were taken of it by hand or by runs. */
  snapshotsOf(instance: string, signal?: AbortSignal): Promise<readonly RdsSnapshot[]>;
}
