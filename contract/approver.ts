import { z } from 'zod';
import { publicKeySchema } from './ed25519.js';
import { nameSchema } from './names.js';

/** A login as GitHub allows it: https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/iam-configuration-reference/username-considerations-for-external-authentication. */
const loginSchema = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})$/, { error: 'a GitHub login' });

const personSchema = z
  .strictObject({
    /** Signs with the other half of it. */
    key: publicKeySchema.optional(),
    /** Reviews and comments of this login count as theirs. */
    github: loginSchema.optional(),
    /** What else they are called: the address in their commits, their ARN. Nobody approves what is their own. */
    alsoKnownAs: z.array(z.string().min(1).max(200)).default([]),
    /** Beside the roles that a checklist gives them. */
    roles: z.array(z.string().min(1).max(100)).default([]),
  })
  .refine(({ key, github }) => key !== undefined || github !== undefined, {
    error: 'a key or a GitHub login: something has to vouch for them',
  });

export type Approver = z.output<typeof personSchema>;

/** Who may decide about an environment, by name. A public key alone is short for one with that key. */
export const approversSchema = z
  .record(
    nameSchema,
    z.union([publicKeySchema.transform((key): Approver => ({ key, alsoKnownAs: [], roles: [] })), personSchema]),
  )
  .refine((approvers) => new Set(loginsOf(approvers)).size === loginsOf(approvers).length, {
    error: 'each GitHub login once: one person is one approver',
  })
  .refine((approvers) => new Set(keysOf(approvers).values()).size === keysOf(approvers).size, {
    error: 'each key once: one person is one approver',
  });

export type Approvers = Readonly<Record<string, Approver>>;

/** Public keys by name, of those who have one. */
export function keysOf(approvers: Approvers): ReadonlyMap<string, string> {
  return new Map(Object.entries(approvers).flatMap(([name, { key }]) => (key === undefined ? [] : [[name, key]])));
}

function loginsOf(approvers: Approvers): string[] {
  return Object.values(approvers).flatMap(({ github }) => (github === undefined ? [] : [github.toLowerCase()]));
}
