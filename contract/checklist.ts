import { z } from 'zod';
import { checkSchema } from './gate.js';
import { digestSchema } from './json.js';
import { sourcesSchema } from './sources.js';

/** When in a release something is due. */
export const moments = ['before', 'staging', 'during', 'after', 'rollback', 'always', 'record'] as const;
export type Moment = (typeof moments)[number];

export const itemIdSchema = z.string().regex(/^[a-z0-9]+(?:[-./][a-z0-9]+)*$/, {
  error: 'an id of a-z, 0-9 and - . / between them',
});

const placeSchema = z.strictObject({ file: z.string(), line: z.int().positive() });
export type Place = z.infer<typeof placeSchema>;

export const checklistItemSchema = z.strictObject({
  /** Given, or made from the text: short where that is enough, with the headings above where two would be the same. */
  id: itemIdSchema,
  title: z.string(),
  /** Headings above, outermost first. */
  phase: z.array(z.string()),
  moment: z.enum(moments),
  place: placeSchema,
  role: z.string(),
  environments: z.array(z.string()),
  optional: z.boolean(),
  /** Milliseconds after the promotion: an item with it is a duty. */
  due: z.number().nonnegative().optional(),
  /** Ids of the requirements that it answers, of whatever list a team keeps. */
  covers: z.array(z.string()),
  /** Items that come before it. */
  parents: z.array(itemIdSchema),
  /** Inert until a person accepts it. */
  proposed: z.boolean(),
  check: checkSchema,
});
export type ChecklistItem = z.infer<typeof checklistItemSchema>;

export const checklistSchema = z.strictObject({
  file: z.string(),
  title: z.string(),
  /** Who holds a role: what an identity provider, a key file or a schedule calls them. */
  roles: z.record(z.string(), z.array(z.string())),
  items: z.array(checklistItemSchema),
});
export type Checklist = z.infer<typeof checklistSchema>;

/** As a plan carries it: the items of its environment, each after those that it needs. */
export const plannedChecklistSchema = checklistSchema.extend({
  /** Of the document's bytes. */
  digest: digestSchema,
  /** Where its items ask. */
  sources: sourcesSchema.optional(),
});
export type PlannedChecklist = z.infer<typeof plannedChecklistSchema>;

/** What keeps a checklist from being carried out. */
export interface Problem {
  readonly line: number;
  readonly says: string;
}
