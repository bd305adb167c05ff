import { z } from 'zod';
import { tellSchema } from './outbox.js';
import { versionSchema } from './release.js';

const line = {
  format: z.literal(1),
  version: versionSchema,
  by: z.string().min(1),
  because: z.string().max(2_000),
  at: z.iso.datetime(),
  /** Whom this is told, and in whose words: decided now, so that nobody added later gets old news. */
  tells: z.array(tellSchema),
};

/** What is said before any run about when a release comes. The newest line about a version is the one that stands. */
export const announcementLineSchema = z.discriminatedUnion('kind', [
  /** A run begins between these two. */
  z.strictObject({ ...line, kind: z.literal('announced'), begins: z.iso.datetime(), ends: z.iso.datetime() }),
  z.strictObject({ ...line, kind: z.literal('called-off') }),
]);
export type AnnouncementLine = z.infer<typeof announcementLineSchema>;

/** An announcement that stands, with how far it came. */
export interface Announcement {
  readonly version: string;
  readonly by: string;
  readonly at: string;
  readonly begins: string;
  readonly ends: string;
  /** Receivers that have taken it. */
  readonly told: readonly string[];
  /** Receivers that have not, yet or for good. */
  readonly untold: readonly string[];
}

/** `2026-11-28 22:00 to 23:00 UTC`. */
export function describeWindow({ begins, ends }: Pick<Announcement, 'begins' | 'ends'>): string {
  const [from, to] = [shown(begins), shown(ends)];
  const sameDay = from.slice(0, 10) === to.slice(0, 10);
  return `${from} to ${sameDay ? to.slice(11) : to} UTC`;
}

function shown(moment: string): string {
  return moment.slice(0, 16).replace('T', ' ');
}
