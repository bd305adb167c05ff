// Run by kill-database.test.ts in a process of its own: a run on a real database, which dies, or whose servers are
// killed, where it is told to.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FolderStore } from '../../journal/folder-store.js';
import type { Store } from '../../journal/store.js';
import { databaseCrossfade, databaseRelease } from './database-crossfade.js';
import type { DatabaseErrand } from './kill-database-process.js';
import { tellEffects } from './kill-effects.js';
import { killServersBelow } from './kill-servers.js';

const errand = JSON.parse(process.argv[2] ?? 'null') as DatabaseErrand;
const { folder, kind, flow, run, kill } = errand;
const seen: string[] = [];
let step = 'plan';
let killed = false;

function strike(): void {
  if (killed) return;
  killed = true;
  if (kill?.victim === 'runner') process.kill(process.pid, 'SIGKILL');
  writeFileSync(join(folder, 'struck'), '');
  killServersBelow(folder);
}

function tell(what: string): void {
  const label = `${step}: ${what}`;
  if (!seen.includes(label)) seen.push(label);
  if (kill === undefined || killed || label !== kill.label) return;
  if (kill.later === 0) strike();
  else setTimeout(strike, kill.later);
}

/** A journal's lines are boundaries too, and say which step is at work. */
function told(store: Store): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (name !== 'append') return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      return async (...args: Parameters<Store['append']>) => {
        if (!args[0].startsWith('journals/')) return target.append(...args);
        const { body } = JSON.parse(args[2]) as { body: { kind: string; step?: string } };
        tell(`journal ${body.kind}`);
        const outcome = await target.append(...args);
        if (body.kind === 'began') step = body.step ?? '?';
        if (body.kind === 'undo-began') step = `undo ${body.step ?? '?'}`;
        return outcome;
      };
    },
  });
}

const crossfade = databaseCrossfade(folder, kind, told(new FolderStore(join(folder, 'store'))));
tellEffects(folder, (what) => {
  if (step !== 'plan') tell(what);
});
const ended = await (flow.act === 'deploy'
  ? crossfade.deploy(run, databaseRelease(flow.number))
  : crossfade.restore(run, flow.backup, flow.rows));
if (errand.record !== undefined) writeFileSync(errand.record, JSON.stringify(seen));
process.stdout.write(readFileSync(join(folder, 'world.json'), 'utf8') === '' ? '' : ended.outcome);
process.exit(0);
