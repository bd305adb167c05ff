import { z } from 'zod';
import { colours, type Colour } from './colour.js';

/** A name that is safe in paths, stack names, DNS labels and SQL identifiers. */
export const nameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,38}[a-z0-9]$|^[a-z]$/, {
  error: 'a name of a-z, 0-9 and -, at most 40 long, starting with a letter',
});

export const environmentNameSchema = nameSchema.refine((name) => !/-(blue|green)$/.test(name), {
  error: "an environment's name does not end in -blue or -green: those are its slots",
});

export type StackName = { readonly environment: string; readonly colour?: Colour };

/** `production` is an environment, `production-blue` one of its slots. */
export function readStackName(stack: string): StackName {
  for (const colour of colours) {
    if (stack.endsWith(`-${colour}`)) return { environment: stack.slice(0, -colour.length - 1), colour };
  }
  return { environment: stack };
}

export function slotStackName(environment: string, colour: Colour): string {
  return `${environment}-${colour}`;
}
