/** A backup that somebody needs, whatever the number to keep. */
export interface NeededBackup {
  readonly name: string;
  readonly because: string;
}

export interface RetainedBackup {
  readonly name: string;
  /** ISO. */
  readonly createdAt: string;
  /** Worth relying on: verified, or whole where nothing verifies. Only these fill the number to keep. */
  readonly good: boolean;
}

/** What a policy says of backups. */
export interface Retention {
  /** Oldest first: whoever is stopped in its middle has left the newer ones. */
  readonly goes: readonly string[];
  /** Newest first. */
  readonly stays: readonly { readonly name: string; readonly because: string }[];
}

/**
 * The one rule by which backups of a release go, on every platform and by whomever it is asked: one goes once `keep` good
 * ones are newer, unless somebody needs it. One that isn't good pushes out no other.
 */
export function retention(
  backups: readonly RetainedBackup[],
  keep: number,
  needed: readonly NeededBackup[],
): Retention {
  const newestFirst = [...backups].sort((one, other) => at(other) - at(one));
  const good = newestFirst.filter((each) => each.good);
  const goes: string[] = [];
  const stays: { name: string; because: string }[] = [];
  for (const backup of newestFirst) {
    const { name } = backup;
    const newer = good.filter((other) => at(other) > at(backup)).length;
    const need = needed.find((each) => each.name === name)?.because;
    if (newer < keep) stays.push({ name, because: `${newer} of ${keep} to keep are newer` });
    else if (need !== undefined) stays.push({ name, because: need });
    else goes.push(name);
  }
  return { goes: goes.reverse(), stays };
}

function at({ createdAt }: RetainedBackup): number {
  return Date.parse(createdAt);
}
