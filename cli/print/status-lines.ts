import { describeWindow } from '../../contract/announcement.js';
import { describeDuration } from '../../contract/duration.js';
import { describeAction } from '../../contract/plan.js';
import { describeWeights } from '../../contract/weights.js';
import type { Duty } from '../duties/duty.js';
import { describeLoss } from '../../pipeline/loss.js';
import { whenOf } from './duty-lines.js';
import type { Beside, InFlight, Live, Status, Waiting } from '../status/status.js';

/** The 3 a.m. view: what is, what is going on, and what to type, from top to bottom. */
export function statusLines(status: Status): string[] {
  const { live, beside, inFlight, warnings, advice } = status;
  const rows: (readonly [string, string])[] = [
    ['live', liveText(status, live)],
    ['traffic', trafficText(status)],
    ...maintenanceRows(status),
    ...(beside === null ? [] : [['beside', besideText(beside)] as const]),
    ...splitRows(status),
    ...inFlightRows(status, inFlight),
    ['back', backText(status)],
    ...lossRows(status),
    ...announcedRows(status),
    ...dutyRows(status),
    ...drillRows(status),
    ...untoldRows(status),
    ...warnings.map((warning) => ['WARNING', warning] as const),
  ];
  return [
    status.environment,
    ...rows.map(([name, text]) => `  ${name.padEnd(9)} ${text}`),
    '',
    ...(advice.type === undefined ? [advice.because] : [`type:  ${advice.type}`, `       ${advice.because}`]),
  ];
}

function liveText(status: Status, live: Live | null): string {
  if (live === null) return status.weights === null ? 'nothing' : 'split between the slots';
  const { colour, version, since, by, run } = live;
  const who =
    since === undefined
      ? 'since when is not on record'
      : `since ${when(since, status.at)} by ${by ?? '?'}, run ${run ?? '?'}`;
  return `${colour} ${version ?? '(unknown release)'}, ${who}`;
}

function trafficText({ weights, unanswered, routes }: Status): string {
  if (unanswered !== undefined) return `not seen: ${unanswered}`;
  const dark = routes.dark.length === 0 ? '' : `; dark: ${routes.dark.join(', ')}`;
  if (routes.open.length === 0) return `no route is open${dark}`;
  return `${weights === null ? 'mixed' : describeWeights(weights)} (${routes.open.join(', ')}${dark})`;
}

function splitRows({ split }: Status): [string, string][] {
  return split.map((slot, index) => [
    index === 0 ? 'slots' : '',
    `${besideText(slot)}${slot.wasLive ? '; live before' : ''}`,
  ]);
}

function besideText({ colour, version, standing, healthy, replicas, unfit }: Beside): string {
  if (!standing) return unfit ?? `nothing stands in ${colour}`;
  const what = `${colour} ${version ?? '(unknown release)'}`;
  return `${what}, ${healthy} of ${replicas} replicas healthy${unfit === undefined ? '' : `; ${unfit}`}`;
}

function inFlightRows(status: Status, run: InFlight | null): [string, string][] {
  if (run === null) return [['in flight', 'nothing']];
  const { action, version, by, started, step, stepBegan, turned, parked, holder, holderIs } = run;
  const since = stepBegan === undefined ? '' : ` for ${describeDuration(elapsed(stepBegan, status.at))}`;
  const rows: [string, string][] = [
    [
      'in flight',
      `${describeAction(action, version)} ${action === 'rollback' ? 'in' : 'into'} ${run.to} by ${by}, begun ${when(started, status.at)}, run ${run.run}`,
    ],
  ];
  if (step !== undefined) rows.push(['', `at '${step}'${since}`]);
  if (turned) rows.push(['', `going back, by ${turned.by}: ${turned.because}`]);
  if (parked !== undefined) rows.push(['', `nobody is at work on it: ${parked}`]);
  else if (holder)
    rows.push([
      '',
      `by process ${holder.process} on ${holder.host}${holderIs === 'alive' ? ', which is alive' : ', of which nothing is known here'}`,
    ]);
  rows.push(...run.waitsFor.map((waiting): [string, string] => ['waits for', waitingText(waiting, status.at)]));
  const { armed } = status.deadMan;
  if (armed)
    rows.push([
      '',
      `the balancer takes traffic back by itself in ${describeDuration(armed.remainingMilliseconds)} without a sign of the run`,
    ]);
  return rows;
}

function waitingText({ asks, role, count, missing, said, open, since, until, title, type }: Waiting, at: string) {
  const what = asks === 'approval' ? `${missing} of ${count} approvals by ${role}` : `a sign-off by ${role}`;
  const have = said.length === 0 ? '' : `, ${said.join(' and ')} did`;
  const end = until === null ? '' : `, until ${until.slice(0, 16).replace('T', ' ')} UTC`;
  const who = open.join(' or ') || 'somebody';
  return `${what}${have}, since ${when(since, at)}${end} ('${title}'): ${who} types ${type}`;
}

function backText({ timesBack }: Status): string {
  const [newest] = timesBack;
  if (newest === undefined) return 'seconds are not measured yet here: no run has gone back';
  const worst = Math.max(...timesBack);
  const times = timesBack.length === 1 ? 'once' : `${timesBack.length} times, at worst ${describeDuration(worst)}`;
  return `${describeDuration(newest)} last time (measured ${times})`;
}

function maintenanceRows({ maintenance, at }: Status): [string, string][] {
  if (maintenance === null) return [];
  const { owner, because, since, remainingMilliseconds } = maintenance;
  const end = `it ends by itself in ${describeDuration(remainingMilliseconds)}`;
  return [['PAGE ON', `users get the maintenance page since ${when(since, at)} by ${owner}: ${because}; ${end}`]];
}

function lossRows({ losses, price, at }: Status): [string, string][] {
  if (losses === null) return [];
  const texts = [
    ...(losses.migrations.length > 0
      ? [`nothing: the database doesn't go back, ${appliedText(losses.migrations)}`]
      : []),
    ...losses.oneWay.map(({ title, because }) => `'${title}' is not undone: ${because}`),
    ...losses.backups.map(({ name, at: taken }) =>
      price?.backup === name
        ? `restoring ${name} would lose ${describeLoss(price)}`
        : `restoring ${name} would lose what was written since ${taken === undefined ? 'then' : when(taken, at)}`,
    ),
  ];
  return (texts.length === 0 ? ['nothing'] : texts).map((text, index) => [index === 0 ? 'lost' : '', text]);
}

function announcedRows({ announced, at }: Status): [string, string][] {
  return announced.map((each, index) => {
    const text = `${each.version} for ${describeWindow(each)}, by ${each.by}, ${when(each.at, at)}`;
    return [index === 0 ? 'announced' : '', text];
  });
}

function appliedText(migrations: readonly string[]): string {
  return `${migrations.join(', ')} ${migrations.length === 1 ? 'stays' : 'stay'} applied`;
}

const lateShown = 3;

/** Every duty that is late, and of the others the next. */
function dutyRows({ duties, at }: Status): [string, string][] {
  const now = new Date(at);
  const late = duties.filter(({ status }) => status === 'late');
  const others = duties
    .filter(({ status }) => status !== 'late')
    .toSorted((one, other) => Date.parse(one.due) - Date.parse(other.due));
  const told = (duty: Duty): string => {
    const because = duty.because === '' ? '' : `; ${duty.because}`;
    return `${duty.title} (${duty.owner}), ${whenOf(duty, now)}${because}`;
  };
  const [next, ...more] = others;
  const rest = late.length - lateShown;
  return [
    ...late.slice(0, lateShown).map((duty): [string, string] => ['LATE', told(duty)]),
    ...(rest > 0 ? [['', `and ${rest} more that are late: 'crossfade duties'`] satisfies [string, string]] : []),
    ...(next
      ? [['duties', `${told(next)}${more.length === 0 ? '' : `; ${more.length} more open`}`] satisfies [string, string]]
      : []),
  ];
}

function drillRows({ drill, at }: Status): [string, string][] {
  if (drill === null) return [];
  const { backup, milliseconds, answer, because } = drill;
  const then = when(drill.at, at);
  if (answer !== 'yes') return [['DRILL', `restoring ${backup} was tried ${then} and was NOT good: ${because}`]];
  return [['drill', `${backup} was restored in ${describeDuration(milliseconds)}, ${then}`]];
}

const untoldShown = 3;

function untoldRows({ untold, at }: Status): [string, string][] {
  const rows = untold
    .slice(0, untoldShown)
    .map(({ receiver, title, since, tries, says, givenUp }): [string, string] => {
      const how = givenUp ? 'never told' : `tried ${tries} times since ${when(since, at)}`;
      return ['untold', `${receiver}: '${title}': ${how}${says === undefined ? '' : `: ${says}`}`];
    });
  const more = untold.length - rows.length;
  return more > 0 ? [...rows, ['', `and ${more} more messages`]] : rows;
}

function when(moment: string, now: string): string {
  const ago = elapsed(moment, now);
  return `${moment.slice(0, 16).replace('T', ' ')} UTC (${describeDuration(ago)} ago)`;
}

function elapsed(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}
