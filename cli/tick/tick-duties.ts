import { severityOf } from '../../contract/notify.js';
import { longestMessage, longestTitle, type Message } from '../../contract/outbox.js';
import type { Plan } from '../../contract/plan.js';
import type { Verdict } from '../../contract/verdict.js';
import { addDutyLine } from '../../journal/duties.js';
import { queueMessages } from '../../journal/outbox.js';
import { readJournal } from '../../journal/read-journal.js';
import type { Questions } from '../../pipeline/questions.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import { progressOf } from '../../pipeline/progress.js';
import { answerDuty, type Answered } from '../duties/answer-duty.js';
import type { Duty } from '../duties/duty.js';
import { carriedOutWithin } from '../duties/take-duty.js';
import { plainFact } from '../messages/plain-fact.js';
import { receiversOf } from '../messages/tells-of.js';
import type { OpenEnvironment } from '../open-environment.js';
import { whenOf } from '../print/duty-lines.js';
import type { Told } from './told.js';

/** Those who hear of what is late are told again after so many milliseconds. */
const escalatesEvery = 86_400_000;

export interface DutyTick {
  readonly environment: Pick<OpenEnvironment, 'store' | 'name' | 'clock' | 'by' | 'configuration'>;
  readonly platform: Platform;
  readonly questions: Questions;
  /** Takes secrets out of what was answered. */
  readonly redact: (line: Answered) => Answered;
  readonly duties: () => Promise<readonly Duty[]>;
  /** Destroys the slot as a run of its own; says what came of it. */
  readonly retire: (duty: Duty) => Promise<string>;
  /** Tags what a run released. */
  readonly tag: (plan: Plan) => Promise<Verdict>;
  readonly dryRun: boolean;
}

/**
 * Asks the checks that are due, tags releases that are not, retires the other slot where that is left to it, and tells who
 * hears of what is late.
 */
export async function tickDuties(tick: DutyTick): Promise<Told> {
  const did: string[] = [];
  for (const duty of await tick.duties()) {
    const asked = isDueCheck(duty) ? await ask(duty, tick) : undefined;
    if (asked !== undefined) did.push(asked);
    const tagged = isDueTag(duty) ? await tagIt(duty, tick) : undefined;
    if (tagged !== undefined) did.push(tagged);
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

function isDueTag({ kind, status }: Duty): boolean {
  return kind === 'tag' && (status === 'due' || status === 'late');
}

function isDueCheck({ kind, status, item }: Duty): boolean {
  return kind === 'check' && (status === 'due' || status === 'late') && item !== undefined;
}

async function ask(duty: Duty, tick: DutyTick): Promise<string | undefined> {
  const { environment, questions, platform, redact, dryRun } = tick;
  const { id, run, item } = duty;
  if (item === undefined) return undefined;
  if (dryRun) return `would ask ${id}`;
  const find = async (): Promise<Verdict> => {
    const plan = await planOf(environment.store, run);
    const about = { item: id, environment: environment.name, colour: plan.to, plan, platform };
    return questions.ask(item.check, about, AbortSignal.timeout(carriedOutWithin));
  };
  const line = await answerDuty(duty, environment, redact, find);
  return line && `asked ${id}: ${line.answer}: ${line.because}`;
}

async function tagIt(duty: Duty, { environment, redact, tag, dryRun }: DutyTick): Promise<string | undefined> {
  if (dryRun) return `would ${duty.title}`;
  const line = await answerDuty(duty, environment, redact, async () => tag(await planOf(environment.store, duty.run)));
  return line && `${duty.title}: ${line.answer}: ${line.because}`;
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
