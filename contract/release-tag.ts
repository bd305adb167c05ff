import { z } from 'zod';
import type { Plan } from './plan.js';

const name = z.string().max(100).refine(isTagName, {
  error: 'a tag such as v{{version}} or {{environment}}/{{version}}, of letters, digits and . _ - /',
});

/** How a release is remembered in git once it is live. */
export const releaseTagSchema = z
  .strictObject({
    /** `{{version}}` and `{{environment}}` stand for what was released, and where. */
    name: name.default('v{{version}}'),
    /** The remote that gets it too. */
    push: z.literal('origin').optional(),
    /** With a release at GitHub, of what the changelog says of this version. */
    githubRelease: z.boolean().default(false),
  })
  .refine(({ push, githubRelease }) => !githubRelease || push !== undefined, {
    error: "githubRelease needs the tag at GitHub: say 'push: origin' too",
    path: ['githubRelease'],
  });
export type ReleaseTag = z.infer<typeof releaseTagSchema>;

/** Stricter than git (https://git-scm.com/docs/git-check-ref-format), and told apart by the version. */
function isTagName(value: string): boolean {
  const filled = value.replaceAll(/\{\{(?:version|environment)\}\}/g, '0');
  const parts = filled.split('/');
  return (
    value.includes('{{version}}') &&
    parts.every((part) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(part) && !/\.\.|\.$|\.lock$/.test(part))
  );
}

/** Id of the duty of tagging. */
export const tagDuty = 'release-tag';

/** Undefined for a run that puts no release into a slot. */
export function tagNameOf({ name }: ReleaseTag, { input, environment }: Plan): string | undefined {
  if (input === null) return undefined;
  const said: Readonly<Record<string, string>> = { version: input.release.version, environment };
  return name.replaceAll(/\{\{(\w+)\}\}/g, (whole, word: string) => said[word] ?? whole);
}
