import { parseArgs } from 'node:util';
import { play, stopTeam, type Played } from './play.js';
import { teams, type Team } from './team.js';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false }, items: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

let current: Team | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void giveUp());

const all = await teams();
const strange = positionals.filter((name) => all.every((team) => team.name !== name));
if (strange.length > 0) {
  say(`there is no team ${strange.join(', ')}; there is ${all.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else {
  const played: Played[] = [];
  for (const team of all.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    say(team.name);
    current = team;
    played.push(await play(team, { say, showsItems: values.items }));
    say(summary(played.at(-1)));
  }
  if (values.json) process.stdout.write(`${JSON.stringify(played.map(plain))}\n`);
  if (played.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
}

function summary(played: Played | undefined): string {
  if (played === undefined) return '';
  const { items, sent, requests, seconds, broken } = played;
  const seen = items.filter(({ good, bad }) => good === 'yes' && bad === 'no').length;
  const verdict = broken.length === 0 ? 'as it should be' : `${broken.length} things are not as they should be`;
  return `  ${verdict}: ${seen} of ${items.length} items seen answering yes and no, ${requests} requests, ${sent.length} messages and changes sent, ${seconds.toFixed(0)} s\n`;
}

/** Maps are no JSON. */
function plain({ items, failed, ...rest }: Played) {
  const answers = items.map(({ item, good, bad }) => ({
    id: item.id,
    covers: item.covers,
    kind: item.check.kind,
    good,
    bad,
  }));
  return { ...rest, failed: Object.fromEntries(failed), items: answers };
}

/** Ctrl-C: nothing that was started goes on. */
async function giveUp(): Promise<void> {
  say('Stopping …');
  if (current) await stopTeam(current);
  process.exit(130);
}
