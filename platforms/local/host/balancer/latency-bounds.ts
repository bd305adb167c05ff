const lowest = 0.1;
const ratio = 1.05;
const count = 288;

/** Upper bounds in milliseconds: 0.1 × 1.05ⁿ, from 0.1 ms to 120.6 s, each 5 % above the one before. Longer times count in the last. */
export const latencyBounds: readonly number[] = Array.from({ length: count }, (_, index) => lowest * ratio ** index);

const logRatio = Math.log(ratio);

/** Index of the bound at or above this many milliseconds. */
export function latencyIndex(milliseconds: number): number {
  if (milliseconds <= lowest) return 0;
  const index = Math.ceil(Math.log(milliseconds / lowest) / logRatio - 1e-9);
  return index < count ? index : count - 1;
}
