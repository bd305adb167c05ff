import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { play, stopTeam, type Played } from './play.js';
import { writeSeen } from './seen.js';
import { teams, type Team } from './team.js';

const { values, positionals } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    items: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
    'at-once': { type: 'string', default: String(Math.max(1, cpus().length)) },
  },
  allowPositionals: true,
});
const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
const began = performance.now();
const playing = new Set<Team>();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void giveUp());

const all = await teams();
const strange = positionals.filter((name) => all.every((team) => team.name !== name));
const atOnce = Number(values['at-once']);
if (strange.length > 0) {
  say(`there is no team ${strange.join(', ')}; there is ${all.map(({ name }) => name).join(', ')}`);
  process.exitCode = 2;
} else if (!Number.isInteger(atOnce) || atOnce < 1) {
  say('--at-once is how many teams are played at the same time, 1 or more');
  process.exitCode = 2;
} else {
  await playAll(all.filter(({ name }) => positionals.length === 0 || positionals.includes(name)));
}

/** Each has its own folder, ports, database and stand-ins. */
async function playAll(wanted: readonly Team[]): Promise<void> {
  const waiting = [...wanted];
  const played: Played[] = [];
  const work = async (): Promise<void> => {
    for (let team = waiting.shift(); team !== undefined; team = waiting.shift()) played.push(await playOne(team));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, wanted.length) }, work));
  const seconds = (performance.now() - began) / 1_000;
  for (const each of played) say(summary(each));
  say(`${played.length} teams in ${seconds.toFixed(0)} s`);
  if (values.json) process.stdout.write(`${JSON.stringify({ seconds, teams: played.map(plain) })}\n`);
  if (played.some(({ broken }) => broken.length > 0)) process.exitCode = 1;
}

async function playOne(team: Team): Promise<Played> {
  playing.add(team);
  const played = await play(team, { say: (line) => say(`${team.name}: ${line}`), showsItems: values.items });
  playing.delete(team);
  // Of what went wrong the record says so by item; a play that could not go on has seen nothing.
  if (values.record && played.items.length > 0) await writeSeen(team.folder, played);
  return played;
}

function summary({ team, items, told, heard, requests, failed, seconds, broken }: Played): string {
  const seen = items.filter(({ good, bad }) => good === 'yes' && bad === 'no').length;
  const verdict = broken.length === 0 ? 'as it should be' : `${broken.length} things are NOT as they should be`;
  const failures = [...failed].map(([version, count]) => `${count} failed by ${version}`).join(', ') || 'none failed';
  const asked = `${seen} of ${items.length} items seen answering yes and no, ${told.length} told`;
  return `${team.name}: ${verdict}: ${asked} (${heard} messages and changes), ${requests} requests, ${failures}, ${seconds.toFixed(0)} s`;
}

/** Maps are no JSON, and a team is told by its name. */
function plain({ team, items, told, failed, checks: _checks, ...rest }: Played) {
  const answers = items.map(({ item: { id, covers, check }, good, bad }) => ({
    id,
    covers,
    kind: check.kind,
    good,
    bad,
  }));
  const heardItems = told.map(({ item: { id, covers }, releases }) => ({ id, covers, releases }));
  return { team: team.name, ...rest, failed: Object.fromEntries(failed), items: answers, told: heardItems };
}

/** Ctrl-C: nothing that was started goes on. */
async function giveUp(): Promise<void> {
  say('Stopping …');
  await Promise.all([...playing].map(stopTeam));
  process.exit(130);
}
