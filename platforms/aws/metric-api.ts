export interface MetricQuery {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Sum, Average, or over ranges of the value such as TC(0.1:0.2), which counts samples. */
  readonly statistic: string;
}

export interface MinuteValue {
  /** The minute's beginning. */
  readonly minute: Date;
  readonly value: number;
}

/** CloudWatch's figures. */
export interface MetricApi {
  /** Per query, whole minutes that began at `from` or later, ascending; a minute without samples is absent. */
  perMinute(
    queries: readonly MetricQuery[],
    from: Date,
    to: Date,
    signal?: AbortSignal,
  ): Promise<readonly (readonly MinuteValue[])[]>;
}
