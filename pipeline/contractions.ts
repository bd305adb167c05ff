import { colours, type Colour } from '../contract/colour.js';
import type { JsonObject } from '../contract/json.js';
import { migrationReviewSchema } from '../contract/migration-review.js';
import type { Release } from '../contract/release.js';
import type { MigrationReview } from './ports/migration-review.js';
import type { SlotState } from './ports/slots.js';

/** A migration that removes what an earlier release may use. */
export interface Contraction {
  readonly id: string;
  /** Declared in its file, or recognised by what its SQL does. */
  readonly because: string;
}

export interface Held {
  readonly id: string;
  /** Whose retirement lets it run. */
  readonly until: string;
}

const tellingCodes = new Set(['breaks-live-slot', 'contract-in-expand']);

/**
 * Of the release's migrations those that contract: declared, or recognised by the review, which is not asked for its
 * verdict here (its gate does that) but for what each file does. One that only says it expands is not believed.
 */
export async function contractionsOf(
  release: Release,
  review: MigrationReview | undefined,
  signal: AbortSignal,
): Promise<readonly Contraction[]> {
  const declared = declaredContractions(release);
  if (review === undefined || declared.length === release.migrations.length) return declared;
  const limits = { longestBlockMilliseconds: Number.MAX_SAFE_INTEGER, liveMigrations: undefined };
  const { evidence } = await review.review(release, limits, signal);
  const recognised = recognisedIn(evidence).filter(({ id }) => declared.every((each) => each.id !== id));
  return [...declared, ...recognised];
}

export function declaredContractions({ migrations }: Release): Contraction[] {
  return migrations.filter(({ phase }) => phase === 'contract').map(({ id }) => ({ id, because: 'declared' }));
}

function recognisedIn(evidence: JsonObject): Contraction[] {
  const record = migrationReviewSchema.safeParse(evidence);
  if (!record.success) return [];
  const telling = record.data.findings.filter(({ code }) => tellingCodes.has(code));
  return [...new Set(telling.map(({ migration }) => migration))].map((id) => ({
    id,
    because: `recognised: ${telling.find(({ migration }) => migration === id)?.because ?? ''}`,
  }));
}

/** Held while any standing slot (but the one that goes) runs a release from before the migration. */
export function heldContractions(
  contractions: readonly Contraction[],
  slots: Readonly<Record<Colour, SlotState>>,
  going?: Colour,
): Held[] {
  return contractions.flatMap(({ id, because }) => {
    const needing = colours.filter((colour) => colour !== going && needsShapeBefore(slots[colour], id));
    if (needing.length === 0) return [];
    const names = needing.map((colour) => `${colour} (${slots[colour].input?.release.version ?? 'unknown release'})`);
    return [{ id, until: `${names.join(' and ')} is retired (${because})` }];
  });
}

/** A release knows every migration up to its own; what it knows it does not need the shape before. */
function needsShapeBefore({ standing, input }: SlotState, id: string): boolean {
  return standing && !(input?.release.migrations.some((migration) => migration.id === id) ?? false);
}
