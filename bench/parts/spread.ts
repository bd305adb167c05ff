/** The value that this part of all lies at or below, by nearest rank; NaN of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Whether a measured value keeps to its target, as a cell. */
export function verdictOf(value: number, target: (value: number) => boolean): string {
  return target(value) ? 'met' : 'MISSED';
}
