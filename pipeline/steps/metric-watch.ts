import { describeDuration } from '../../contract/duration.js';
import { OperatorError } from '../../contract/errors.js';
import type { JsonObject } from '../../contract/json.js';
import { worstAnswer, type Verdict } from '../../contract/verdict.js';
import type { Context } from '../step.js';
import { ownAlarms } from '../own-alarms.js';
import { watchedBy, watchedMetrics, type WatchedMetric } from '../watched-metrics.js';

const readEvery = 10_000;
const readWithin = 10_000;
/** What was read longer ago says nothing about now. */
const staleAfter = 3 * readEvery;

interface Reading {
  readonly verdict: Verdict;
  readonly at: number;
  /** Since when it crosses its rollback line without a break. */
  readonly badSince: number | undefined;
  /** The same of its alarm line. */
  readonly alarmSince: number | undefined;
}

/** Metrics of other sources, read beside the watch of the balancer's own: a slow source keeps nobody from seeing those. */
export class MetricWatch {
  readonly #context: Context;
  readonly #items: readonly WatchedMetric[];
  readonly #counted: readonly WatchedMetric[];
  readonly #readings = new Map<string, Reading>();
  readonly #alarmed = new Set<string>();
  #reading: Promise<void> | undefined;
  #next = 0;
  #failure: unknown;
  readonly #over = new AbortController();

  /** Of these items; of those that the balancer's counters tell only the alarms are its own. */
  constructor(context: Context, ids: readonly string[]) {
    this.#context = context;
    const { checklist } = context.plan;
    const items = checklist === undefined ? [] : watchedMetrics(checklist).filter(({ id }) => ids.includes(id));
    const by = (item: WatchedMetric) => checklist && watchedBy(item, checklist);
    this.#items = items.filter((item) => by(item) === 'source');
    this.#counted = items.filter((item) => by(item) === 'balancer');
  }

  /** Of the balancer's own counters: each alarm once, and again after it was over. Throws what recording throws. */
  async tellAlarms({ evidence }: Verdict): Promise<void> {
    const alarms = ownAlarms(this.#counted, evidence, this.#context.plan.rules);
    for (const { id } of this.#counted) if (alarms.every(({ item }) => item.id !== id)) this.#alarmed.delete(id);
    for (const { item, because, evidence: seen } of alarms) await this.#alarm(item, because, { alarm: true, ...seen });
  }

  /** The worst of the balancer's verdict and of what was read last, and so of its own time. */
  look(own: Verdict): Verdict {
    if (this.#items.length === 0) return own;
    if (this.#failure !== undefined) throw this.#failure as Error;
    const now = this.#context.clock.monotonic();
    this.#readWhenDue(now);
    const judged = this.#items.map((item) => ({ item, verdict: this.#judge(item, now) }));
    const counted = judged.filter(({ item }) => !item.optional);
    const answer = worstAnswer([own.answer, ...counted.map(({ verdict }) => verdict.answer)]);
    const told = [...(own.answer === answer ? [own.because] : [])];
    for (const { item, verdict } of counted) if (verdict.answer === answer) told.push(`${item.id}: ${verdict.because}`);
    const because = answer === 'yes' ? own.because : told.join('; ');
    return { answer, because, evidence: { ...own.evidence, items: evidenceOf(judged) } };
  }

  /** Whoever watches has seen enough: what is still asked is no longer waited for, nor recorded. */
  stop(): void {
    this.#over.abort();
  }

  #judge(item: WatchedMetric, now: number): Verdict {
    const reading = this.#readings.get(item.id);
    if (reading === undefined) return unknown('not read yet');
    const { verdict, at, badSince } = reading;
    if (now - at > staleAfter)
      return { ...verdict, answer: 'unknown', because: `not read for ${describeDuration(now - at)}` };
    if (verdict.answer !== 'no') return verdict;
    const { over = 0, pass } = item.check;
    if (badSince !== undefined && now - badSince >= over) return verdict;
    // Short of the way back: a criterion that isn't met holds, an alarm alone tells.
    const answer = badSince !== undefined || pass !== undefined ? 'unknown' : 'yes';
    return { ...verdict, answer };
  }

  #readWhenDue(now: number): void {
    if (this.#reading !== undefined || now < this.#next) return;
    this.#next = now + readEvery;
    this.#reading = this.#readAll()
      .catch((error: unknown) => {
        if (!this.#context.signal.aborted && !this.#over.signal.aborted) this.#failure = error;
      })
      .finally(() => {
        this.#reading = undefined;
      });
  }

  async #readAll(): Promise<void> {
    await Promise.all(this.#items.map(async (item) => this.#keep(item, await this.#read(item))));
  }

  async #keep(item: WatchedMetric, verdict: Verdict): Promise<void> {
    if (this.#over.signal.aborted) return;
    const at = this.#context.clock.monotonic();
    const beyond = verdict.answer === 'no' && verdict.evidence['rollback'] === true;
    const badSince = beyond ? (this.#readings.get(item.id)?.badSince ?? at) : undefined;
    const alarms = verdict.evidence['alarm'] === true;
    const alarmSince = alarms ? (this.#readings.get(item.id)?.alarmSince ?? at) : undefined;
    this.#readings.set(item.id, { verdict, at, badSince, alarmSince });
    if (alarmSince === undefined) this.#alarmed.delete(item.id);
    else if (at - alarmSince >= (item.check.over ?? 0)) await this.#alarm(item, verdict.because, verdict.evidence);
  }

  async #alarm({ id }: WatchedMetric, because: string, evidence: JsonObject): Promise<void> {
    if (this.#alarmed.has(id)) return;
    this.#alarmed.add(id);
    const { step } = this.#context;
    const message = `alarm: ${id}: ${because}`;
    await this.#context.record({ kind: 'noted', step, message, evidence: { item: id, ...evidence } });
  }

  async #read(item: WatchedMetric): Promise<Verdict> {
    const { plan, platform, questions, clock, signal } = this.#context;
    if (!questions) return unknown('nobody here can ask it');
    const over = new AbortController();
    const about = { item: item.id, environment: plan.environment, colour: plan.to, plan, platform };
    const ending = AbortSignal.any([signal, over.signal, this.#over.signal]);
    const late = clock.sleep(readWithin, ending).then(() => unknown(`no answer within ${readWithin / 1_000} s`));
    late.catch(() => undefined);
    try {
      return await Promise.race([questions.ask(item.check, about, ending), late]);
    } catch (error) {
      if (!(error instanceof OperatorError)) throw error;
      return unknown(error.message);
    } finally {
      over.abort();
    }
  }
}

function evidenceOf(judged: readonly { readonly item: WatchedMetric; readonly verdict: Verdict }[]): JsonObject {
  return Object.fromEntries(
    judged.map(({ item, verdict: { answer, because, evidence } }) => [item.id, { answer, because, ...evidence }]),
  );
}

function unknown(because: string): Verdict {
  return { answer: 'unknown', because, evidence: {} };
}
