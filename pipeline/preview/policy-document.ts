import { z } from 'zod';
import { canonicalJson } from '../../contract/json.js';
import { isKnown } from './values.js';

const oneOrMore = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? [value] : value));
const principals = z.union([z.literal('*'), z.record(z.string(), oneOrMore)]);

const statementSchema = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore.optional(),
  NotAction: oneOrMore.optional(),
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Principal: principals.optional(),
  NotPrincipal: principals.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

const documentSchema = z.object({
  Statement: z
    .union([statementSchema, z.array(statementSchema)])
    .transform((value) => (Array.isArray(value) ? value : [value])),
});

type Statement = z.infer<typeof statementSchema>;

/** One thing that somebody may do, or must not. */
export interface Grant {
  readonly effect: 'Allow' | 'Deny';
  /** IAM's patterns, with * and ?. */
  readonly action: string;
  readonly resource: string;
  readonly principal: string;
  /** Each of them must hold; canonical JSON. */
  readonly conditions: readonly string[];
  /** Uses NotAction, NotResource or NotPrincipal: means all but what it names, and is compared as a whole only. */
  readonly negative: boolean;
}

/** Undefined when it is no policy, or holds a value that is known after the up only. */
export function readPolicy(value: unknown): readonly Grant[] | undefined {
  if (!isKnown(value)) return undefined;
  let document = value;
  try {
    if (typeof value === 'string') document = JSON.parse(value);
  } catch {
    return undefined;
  }
  const parsed = documentSchema.safeParse(document);
  return parsed.success ? parsed.data.Statement.flatMap(grantsOf) : undefined;
}

function grantsOf(statement: Statement): Grant[] {
  const { Effect: effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
  const conditions = Object.entries(Condition ?? {})
    .flatMap(([operator, keys]) => Object.entries(keys).map(([key, values]) => canonicalJson([operator, key, values])))
    .sort();
  const negative = NotAction !== undefined || NotResource !== undefined || NotPrincipal !== undefined;
  const actions = Action ?? [`all but ${(NotAction ?? []).join(', ')}`];
  const resources = Resource ?? (NotResource === undefined ? ['*'] : [`all but ${NotResource.join(', ')}`]);
  const who =
    Principal === undefined && NotPrincipal !== undefined
      ? [`all but ${canonicalJson(NotPrincipal)}`]
      : principalsOf(Principal);
  return actions.flatMap((action) =>
    resources.flatMap((resource) =>
      who.map((principal) => ({ effect, action, resource, principal, conditions, negative })),
    ),
  );
}

function principalsOf(principal: Statement['Principal']): string[] {
  // A policy of a role or a user names none: it speaks of whoever has it.
  if (principal === undefined) return ['its holder'];
  if (principal === '*') return ['*'];
  return Object.entries(principal).flatMap(([kind, names]) =>
    names.map((name) => (name === '*' ? '*' : `${kind} ${name}`)),
  );
}
