import { OperatorError } from '../../contract/errors.js';
import type { DutyLine } from '../../contract/duty.js';
import { severityOf } from '../../contract/notify.js';
import { longestMessage, longestTitle, type Message } from '../../contract/outbox.js';
import type { Plan } from '../../contract/plan.js';
import { addDutyLine, addDutyLineAt, readDuties } from '../../journal/duties.js';
import { queueMessages } from '../../journal/outbox.js';
import { readJournal } from '../../journal/read-journal.js';
import type { Questions } from '../../pipeline/questions.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { progressOf } from '../../pipeline/progress.js';
import type { Duty } from '../duties/duty.js';
import { plainFact } from '../messages/plain-fact.js';
import { receiversOf } from '../messages/tells-of.js';
import type { OpenEnvironment } from '../open-environment.js';
import { whenOf } from '../print/duty-lines.js';
import type { Told } from './told.js';

/** How long a check may take, in milliseconds; for so long no other tick asks it. */
const askedWithin = 600_000;
/** Those who hear of what is late are told again after so many milliseconds. */
const escalatesEvery = 86_400_000;

export interface DutyTick {
  readonly environment: Pick<OpenEnvironment, 'store' | 'name' | 'clock' | 'by' | 'configuration'>;
  readonly platform: Platform;
  readonly questions: Questions;
  /** Takes secrets out of what was answered. */
  readonly redact: (line: Extract<DutyLine, { kind: 'asked' }>) => Extract<DutyLine, { kind: 'asked' }>;
  readonly duties: () => Promise<readonly Duty[]>;
  /** Destroys the slot as a run of its own; says what came of it. */
  readonly retire: (duty: Duty) => Promise<string>;
  readonly dryRun: boolean;
}

/** Asks the checks that are due, retires the other slot where that is left to it, and tells who hears of what is late. */
export async function tickDuties(tick: DutyTick): Promise<Told> {
  const did: string[] = [];
  for (const duty of await tick.duties()) {
    const asked = isDueCheck(duty) ? await ask(duty, tick) : undefined;
    if (asked !== undefined) did.push(asked);
  }
  for (const duty of await tick.duties()) {
    if (!retires(duty, tick)) continue;
    did.push(tick.dryRun ? `would ${duty.title}` : await tick.retire(duty));
  }
  const late = (await tick.duties()).filter(({ status }) => status === 'late');
  for (const duty of late) {
    const told = tick.dryRun ? undefined : await escalate(duty, tick);
    if (told !== undefined) did.push(told);
  }
  return { did, waits: late.map((duty) => lateText(duty, tick.environment.clock.now())) };
}

function isDueCheck({ kind, status, item }: Duty): boolean {
  return kind === 'check' && (status === 'due' || status === 'late') && item !== undefined;
}

async function ask(duty: Duty, tick: DutyTick): Promise<string | undefined> {
  const { environment, questions, platform, redact, dryRun } = tick;
  const { store, name, clock, by } = environment;
  const { id, run, item } = duty;
  if (item === undefined) return undefined;
  if (dryRun) return `would ask ${id}`;
  if (!(await take(duty, tick))) return undefined;
  const plan = await planOf(store, run);
  const about = { item: id, environment: name, colour: plan.to, plan, platform };
  const verdict = await questions.ask(item.check, about, AbortSignal.timeout(askedWithin)).catch((error: unknown) => {
    if (!(error instanceof OperatorError)) throw error;
    return { answer: 'unknown' as const, because: error.message, evidence: {} };
  });
  const line = redact({ format: 1, kind: 'asked', duty: id, at: clock.now().toISOString(), by, ...verdict });
  await addDutyLine(store, name, run, line);
  return `asked ${id}: ${line.answer}: ${line.because}`;
}

/** False: another tick is asking it. */
async function take({ id, run }: Duty, { environment }: DutyTick): Promise<boolean> {
  const { store, name, clock, by } = environment;
  const now = clock.now();
  const { lines, next } = await readDuties(store, name, run);
  const taken = lines.findLast((line) => line.duty === id && (line.kind === 'asking' || line.kind === 'asked'));
  if (taken?.kind === 'asking' && Date.parse(taken.until) > now.getTime()) return false;
  const until = new Date(now.getTime() + askedWithin).toISOString();
  const line: DutyLine = { format: 1, kind: 'asking', duty: id, at: now.toISOString(), by, until };
  return addDutyLineAt(store, name, run, next, line);
}

async function planOf(store: OpenEnvironment['store'], run: string): Promise<Plan> {
  return progressOf((await readJournal(store, run)).events).plan;
}

function retires({ kind, status }: Duty, { environment }: DutyTick): boolean {
  const due = status === 'due' || status === 'late';
  return kind === 'retirement' && due && environment.configuration.duties.retire === 'tick';
}

/** Once, and again every day: by the outbox of the duty's run. Undefined where that was done already. */
async function escalate(duty: Duty, { environment }: DutyTick): Promise<string | undefined> {
  const { store, name, clock, configuration } = environment;
  const { notify, product } = configuration;
  const now = clock.now();
  const times = 1 + Math.max(0, Math.floor((now.getTime() - Date.parse(duty.due)) / escalatesEvery));
  const receivers = receiversOf(notify, 'late');
  if (duty.escalated >= times || receivers.length === 0) return undefined;
  const title = plainFact(`${name}: ${product} ${duty.version ?? ''}: late: ${duty.title}`, longestTitle);
  const text = plainFact([title, lateText(duty, now), `run ${duty.run}`].join('\n'), longestMessage);
  const message = (receiver: string): Message => ({
    id: `late-${duty.id}-${times}`,
    moment: 'late',
    severity: severityOf(notify, 'late'),
    receiver,
    environment: name,
    run: duty.run,
    title,
    text,
    facts: { product, environment: name, run: duty.run, duty: duty.id, owner: plainFact(duty.owner), due: duty.due },
  });
  await queueMessages(store, name, duty.run, receivers.map(message), now);
  const at = now.toISOString();
  await addDutyLine(store, name, duty.run, { format: 1, kind: 'escalated', duty: duty.id, at, times });
  return `told ${receivers.join(', ')} that ${duty.id} is late`;
}

function lateText(duty: Duty, now: Date): string {
  const because = duty.because === '' ? '' : `: ${duty.because}`;
  return `${duty.id} (${duty.owner}) ${whenOf(duty, now)}${because}`;
}
