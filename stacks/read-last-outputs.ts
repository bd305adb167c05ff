import * as pulumi from '@pulumi/pulumi';
import type { z } from 'zod';
import { parse } from '../contract/parse.js';

type Shape = z.ZodObject | z.ZodDiscriminatedUnion<z.ZodObject[]>;

/**
 * What a stack of this project gave at its last up, awaited and parsed, so that a missing output stops a program before
 * its first resource. Undefined when it has no outputs: never upped, or destroyed. Throws ConfigurationError.
 */
export async function readLastOutputs<Schema extends z.ZodType>(
  stack: string,
  schema: Schema & Shape,
): Promise<z.output<Schema> | undefined> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${stack}`;
  const reference = new pulumi.StackReference(`last-${stack}`, { name });
  const found: [string, unknown][] = [];
  for (const key of keysOf(schema)) {
    const details: { readonly value?: unknown } = await reference.getOutputDetails(key);
    if (details.value !== undefined) found.push([key, details.value]);
  }
  // A null among the outputs does not survive the state: what may be null is null when it is not there.
  if (found.length === 0) return undefined;
  const hint = `nothing was made or changed; 'pulumi up --stack ${stack}' with this version gives every output`;
  return parse(schema, Object.fromEntries(found), `outputs of stack ${stack}`, hint);
}

function keysOf(schema: Shape): string[] {
  const shapes = 'options' in schema ? schema.options.map((option) => option.shape) : [schema.shape];
  return [...new Set(shapes.flatMap((shape) => Object.keys(shape)))];
}
