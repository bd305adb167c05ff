import { z } from 'zod';

/** Blue and green are places; live and idle, from and to, are roles they play. */
export const colours = ['blue', 'green'] as const;

export const colourSchema = z.enum(colours);

export type Colour = z.infer<typeof colourSchema>;

export function otherColour(colour: Colour): Colour {
  return colour === 'blue' ? 'green' : 'blue';
}
