import { randomInt } from 'node:crypto';

const pattern = /^(.+)-(\d{8}t\d{6}z)-[a-z0-9]{6}$/;
const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** `production-20261122t104312z-k3f9a2`: sorts by time inside its environment, and is safe in paths and in SQL names. */
export function newRunId(environment: string, now: Date): string {
  const mark = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('');
  return `${environment}-${runTime(now)}-${mark}`;
}

/** As it stands in ids: `20261122t104312z`. */
export function runTime(now: Date): string {
  return now
    .toISOString()
    .replace(/\.\d+Z$/, 'z')
    .replace(/[-:]/g, '')
    .toLowerCase();
}

/** The environment and the time that a run's id names; undefined for ids that were chosen otherwise. */
export function readRunId(run: string): { readonly environment: string; readonly time: string } | undefined {
  const match = pattern.exec(run);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { environment: match[1], time: match[2] };
}
