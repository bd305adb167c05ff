export interface MaintenanceState {
  /** Id of the run, or the name of whoever typed the command. */
  readonly owner: string;
  readonly because: string;
  readonly since: string;
  readonly remainingMilliseconds: number;
}

/** A fixed page with 503 and Retry-After for users, on every route. The test route goes on. */
export interface Maintenance {
  /**
   * On until `off`, or until the time is over, which the platform sees to by itself. Again by the same owner: moves the
   * end. Throws RefusedError while another owner's is on.
   */
  on(options: {
    readonly owner: string;
    readonly because: string;
    readonly forMilliseconds: number;
  }): Promise<MaintenanceState>;
  /** Ends this owner's; whoever's when left out. Idempotent. Resolves to what was ended. */
  off(owner?: string): Promise<MaintenanceState | undefined>;
  read(signal?: AbortSignal): Promise<MaintenanceState | undefined>;
}
