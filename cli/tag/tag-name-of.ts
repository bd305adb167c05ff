import type { Plan } from '../../contract/plan.js';
import type { ReleaseTag } from '../../contract/release-tag.js';

/** Undefined for a run that puts no release into a slot. */
export function tagNameOf({ name }: ReleaseTag, { input, environment }: Plan): string | undefined {
  if (input === null) return undefined;
  const said: Readonly<Record<string, string>> = { version: input.release.version, environment };
  return name.replaceAll(/\{\{(\w+)\}\}/g, (whole, word: string) => said[word] ?? whole);
}
