import { PlatformError } from '../../contract/errors.js';
import type { RdsApi, RdsInstance, RdsSnapshot, RestoreWanted } from '../../platforms/aws/rds-api.js';
import { TransientError } from '../../platforms/aws/transient-error.js';
import type { Clock } from '../../pipeline/ports/clock.js';

export function someInstance(parts: Partial<RdsInstance> = {}): RdsInstance {
  const identifier = parts.identifier ?? 'shop';
  return {
    identifier,
    arn: `arn:aws:rds:eu-central-1:222222222222:db:${identifier}`,
    status: 'available',
    engineVersion: '16.4',
    gibibytes: 100,
    endpoint: { host: `${identifier}.rds.amazonaws.com`, port: 5432 },
    class: 'db.m7g.large',
    multiAz: true,
    backupRetentionDays: 14,
    deletionProtection: true,
    masterSecret: undefined,
    tags: {},
    ...parts,
  };
}

/** Keeps instances and snapshots as RDS does: what is asked for is there minutes later. */
export class FakeRds implements RdsApi {
  readonly clock: Clock;
  readonly instances = new Map<string, RdsInstance>();
  readonly snapshots = new Map<string, RdsSnapshot>();
  readonly restored: RestoreWanted[] = [];
  readonly calls: string[] = [];
  /** By a copy's name, what it was made of. */
  readonly copiedFrom = new Map<string, string>();
  /** Milliseconds until an instance is available. */
  takes = 10 * 60_000;
  /** What an instance that was made of a snapshot becomes; its master's login is kept once that was asked for. */
  becomes: Partial<RdsInstance> = {};
  /** Milliseconds until a master has its new login. */
  readonly logsIn = 60_000;
  /** With which key masters' logins are kept. */
  readonly masterKeys: string[] = [];
  /** Of snapshots. */
  keyArn: string | undefined;
  /** The next so many calls are throttled. */
  throttled = 0;
  /** Calls that the role may not make. */
  readonly denied = new Set<string>();
  /** Calls that are carried out, and whose next reply never comes. */
  readonly lost = new Set<string>();
  /** Milliseconds until an instance is gone. */
  deletes = 3 * 60_000;
  /** In which it deletes none. */
  readonly undeletable = new Set(['deleting']);
  readonly #began = new Map<string, number>();
  readonly #ends = new Map<string, number>();
  readonly #logins = new Map<string, number>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  addInstance(parts: Partial<RdsInstance>): void {
    const instance = someInstance(parts);
    this.instances.set(instance.identifier, instance);
  }

  instance: RdsApi['instance'] = async (identifier) => {
    await this.#arrive('DescribeDBInstances');
    return this.#settled(identifier);
  };

  instancesNamed: RdsApi['instancesNamed'] = async (prefix) => {
    await this.#arrive('DescribeDBInstances');
    return [...this.instances.keys()]
      .map((name) => this.#settled(name))
      .filter((found) => found !== undefined)
      .filter(({ identifier }) => identifier.startsWith(prefix));
  };

  snapshot: RdsApi['snapshot'] = async (name) => {
    await this.#arrive('DescribeDBSnapshots');
    return this.snapshots.get(name);
  };

  snapshotsNamed: RdsApi['snapshotsNamed'] = async (prefix) => {
    await this.#arrive('DescribeDBSnapshots');
    return [...this.snapshots.values()].filter(({ name }) => name.startsWith(prefix));
  };

  copySnapshot: RdsApi['copySnapshot'] = async ({ name, sourceArn, keyArn }) => {
    await this.#arrive('CopyDBSnapshot');
    if (this.snapshots.has(name)) return 'exists';
    const made = { status: 'creating', progressPercent: 0, encrypted: true, kmsKeyArn: keyArn, gibibytes: 100 };
    this.copiedFrom.set(name, sourceArn);
    this.snapshots.set(name, { name, instance: 'shop', engineVersion: '16.4', createdAt: this.clock.now(), ...made });
    return 'created';
  };

  snapshotsOf: RdsApi['snapshotsOf'] = async (instance) => {
    await this.#arrive('DescribeDBSnapshots');
    return [...this.snapshots.values()].filter((snapshot) => snapshot.instance === instance);
  };

  createSnapshot: RdsApi['createSnapshot'] = async (name, instance) => {
    await this.#arrive('CreateDBSnapshot');
    if (this.snapshots.has(name)) return 'exists';
    const { engineVersion, gibibytes } = this.#of(instance);
    const made = { status: 'available', progressPercent: 100, encrypted: true, kmsKeyArn: this.keyArn };
    this.snapshots.set(name, { name, instance, engineVersion, gibibytes, createdAt: this.clock.now(), ...made });
    return 'created';
  };

  deleteSnapshot: RdsApi['deleteSnapshot'] = async (name) => {
    await this.#arrive('DeleteDBSnapshot');
    this.snapshots.delete(name);
  };

  restore: RdsApi['restore'] = async (wanted) => {
    await this.#arrive('RestoreDBInstanceFromDBSnapshot');
    if (this.instances.has(wanted.identifier)) return 'exists';
    if (!this.snapshots.has(wanted.snapshot)) throw new Error(`RDS has no snapshot ${wanted.snapshot}`);
    this.restored.push(wanted);
    this.#began.set(wanted.identifier, this.clock.monotonic());
    const { identifier, tags, multiAz, backupRetentionDays, deletionProtection } = wanted;
    const like = { class: wanted.class, multiAz, backupRetentionDays, deletionProtection };
    this.addInstance({ identifier, tags, status: 'creating', endpoint: undefined, ...like });
    this.#loseReply('RestoreDBInstanceFromDBSnapshot');
    return 'created';
  };

  keepMasterLogin: RdsApi['keepMasterLogin'] = async (identifier, keyArn) => {
    await this.#arrive('ModifyDBInstance');
    const found = this.#settled(identifier);
    if (!found) throw new Error(`RDS has no instance ${identifier}`);
    if (found.status !== 'available') return 'busy';
    if (found.masterSecret) throw new PlatformError(`ModifyDBInstance: RDS keeps the login of ${identifier} already`);
    this.masterKeys.push(keyArn);
    this.#logins.set(identifier, this.clock.monotonic() + this.logsIn);
    const { arn } = this.becomes.masterSecret ?? { arn: `rds!db-${identifier}` };
    const masterSecret = { arn, status: 'creating' };
    this.instances.set(identifier, { ...found, status: 'resetting-master-credentials', masterSecret });
    this.#loseReply('ModifyDBInstance');
    return 'asked';
  };

  deleteInstance: RdsApi['deleteInstance'] = async (identifier) => {
    await this.#arrive('DeleteDBInstance');
    const found = this.#settled(identifier);
    if (!found) return 'gone';
    if (found.deletionProtection) throw new PlatformError(`DeleteDBInstance: ${identifier} is protected`);
    if (this.undeletable.has(found.status)) return 'busy';
    this.#began.delete(identifier);
    this.instances.set(identifier, { ...found, status: 'deleting' });
    this.#ends.set(identifier, this.clock.monotonic() + this.deletes);
    this.#loseReply('DeleteDBInstance');
    return 'deleting';
  };

  tag: RdsApi['tag'] = async (arn, tags) => {
    await this.#arrive('AddTagsToResource');
    const instance = [...this.instances.values()].find((each) => each.arn === arn);
    if (!instance) throw new Error(`RDS has no ${arn}`);
    this.instances.set(instance.identifier, { ...instance, tags: { ...instance.tags, ...tags } });
  };

  #loseReply(call: string): void {
    if (this.lost.delete(call)) throw new TransientError(`${call}: no answer within 30 s`);
  }

  #settled(identifier: string): RdsInstance | undefined {
    const end = this.#ends.get(identifier);
    if (end !== undefined && this.clock.monotonic() >= end) {
      this.#ends.delete(identifier);
      this.instances.delete(identifier);
    }
    this.#settleLogin(identifier);
    const found = this.instances.get(identifier);
    const began = this.#began.get(identifier);
    if (!found || began === undefined || this.clock.monotonic() - began < this.takes) return found;
    this.#began.delete(identifier);
    const endpoint = { host: `${identifier}.rds.amazonaws.com`, port: 5432 };
    // A snapshot brings the master's password, which RDS does not keep.
    const whole = { ...found, status: 'available', endpoint, ...this.becomes, masterSecret: undefined };
    this.instances.set(identifier, whole);
    return whole;
  }

  #settleLogin(identifier: string): void {
    const found = this.instances.get(identifier);
    const at = this.#logins.get(identifier);
    if (at === undefined || this.clock.monotonic() < at) return;
    this.#logins.delete(identifier);
    if (!found?.masterSecret || found.status === 'deleting') return;
    const masterSecret = { ...found.masterSecret, status: 'active' };
    this.instances.set(identifier, { ...found, status: 'available', masterSecret });
  }

  #of(identifier: string): RdsInstance {
    const found = this.instances.get(identifier);
    if (!found) throw new Error(`RDS has no instance ${identifier}`);
    return found;
  }

  async #arrive(call: string): Promise<void> {
    this.calls.push(call);
    await new Promise((resolve) => setImmediate(resolve));
    if (this.denied.has(call)) throw new PlatformError(`${call}: AccessDenied`);
    if (this.throttled === 0) return;
    this.throttled -= 1;
    throw new TransientError(`${call}: Throttling`);
  }
}
