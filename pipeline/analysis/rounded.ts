/** To four digits: evidence is read by people. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

/** From its natural log, as a number that JSON can carry. */
export function eValue(log: number): number {
  return rounded(Math.exp(Math.min(log, 600)));
}
