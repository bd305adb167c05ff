import { z } from 'zod';

const percent = z.number().min(0).max(100);

/** Percent of the traffic per slot; the two add up to 100. */
export const weightsSchema = z
  .strictObject({ blue: percent, green: percent })
  .refine((weights) => weights.blue + weights.green === 100, { error: 'blue and green must add up to 100' });

export type Weights = z.infer<typeof weightsSchema>;

export function sameWeights(one: Weights, other: Weights): boolean {
  return one.blue === other.blue && one.green === other.green;
}

export function weightsTo(colour: 'blue' | 'green', percentTo: number): Weights {
  return colour === 'blue' ? { blue: percentTo, green: 100 - percentTo } : { blue: 100 - percentTo, green: percentTo };
}

/** The slot that has everything, or undefined while traffic is split. */
export function wholeColour(weights: Weights): 'blue' | 'green' | undefined {
  if (weights.blue === 100) return 'blue';
  if (weights.green === 100) return 'green';
  return undefined;
}

export function describeWeights(weights: Weights): string {
  return `blue ${weights.blue} % / green ${weights.green} %`;
}
