import pc from 'picocolors';
import type { LoadSecond } from './load/lines.js';

const cells = 24;

/** The last second of traffic as one line: a bar of who answered, and how much failed. */
export function trafficLine({ groups }: LoadSecond): string {
  const requests = groups.reduce((sum, group) => sum + group.requests, 0);
  const failed = groups.reduce(
    (sum, { failures }) => sum + Object.values(failures).reduce((one, other) => one + other, 0),
    0,
  );
  const share = (colour: string): number => {
    const mine = groups.filter((group) => group.colour === colour).reduce((sum, group) => sum + group.requests, 0);
    return requests === 0 ? 0 : mine / requests;
  };
  const blue = Math.round(share('blue') * cells);
  const green = Math.max(share('green') > 0 ? 1 : 0, Math.round(share('green') * cells));
  const bar = pc.blue('█'.repeat(Math.min(blue, cells - green))) + pc.green('█'.repeat(green));
  const nobody = pc.red('█'.repeat(Math.max(0, cells - Math.min(blue, cells - green) - green)));
  const versions = groups
    .filter(({ version }) => version !== null)
    .map(
      ({ version, colour, requests: count }) =>
        `${colour ?? '?'} ${version ?? '?'} ${Math.round((100 * count) / requests)} %`,
    )
    .sort();
  const told = failed === 0 ? '' : pc.red(`  ${failed} failed`);
  return `  ${bar}${nobody}  ${versions.join('  ')}  ${pc.dim(`${requests} requests/s`)}${told}`;
}
