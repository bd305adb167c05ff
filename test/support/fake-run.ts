import type { Colour } from '../../contract/colour.js';
import type { PlannedChecklist } from '../../contract/checklist.js';
import type { Event, EventBody } from '../../contract/event.js';
import { canonicalJson, digestOf } from '../../contract/json.js';
import { planHash, type Plan } from '../../contract/plan.js';
import type { Release } from '../../contract/release.js';
import type { Rules } from '../../contract/rules.js';
import { planDeploy } from '../../pipeline/plan-deploy.js';
import { planRollback } from '../../pipeline/plan-rollback.js';
import type { Flags } from '../../pipeline/flags.js';
import type { Quarantine } from '../../pipeline/ports/quarantine.js';
import { progressOf } from '../../pipeline/progress.js';
import { recorder } from '../../pipeline/record.js';
import { run, type Ended } from '../../pipeline/run.js';
import type { Session } from '../../pipeline/session.js';
import { FakeClock } from './fake-clock.js';
import { emptyWorld, fakePlatform, type Fault, type World } from './fake-platform.js';
import { FakeQuestions } from './fake-questions.js';
import { localOutputs, someRules, someServices, someSettings } from './product.js';

/** A whole run on the fake platform: its world, its clock, its journal and its quarantine. */
export class FakeRun {
  readonly clock: FakeClock;
  readonly world: World;
  readonly events: Event[] = [];
  readonly said: string[] = [];
  readonly quarantined: { digest: string; because: string; run: string }[] = [];
  readonly interrupt = new AbortController();
  readonly turn = new AbortController();
  /** Throws to make a port call fail. */
  fault: Fault = () => undefined;
  /** Throws to make the journal fail, resolves late to make it slow; called with what is about to be written. */
  journalFault: (body: EventBody) => unknown = () => undefined;
  token = 1;
  rules: Rules = someRules();
  checklist: PlannedChecklist | undefined;
  readonly questions = new FakeQuestions();
  /** Percent by flag. */
  readonly flags: Record<string, number> = {};
  /** Why the flag service can't be asked at the moment. */
  flagsFault: Error | undefined;

  constructor(world: World = emptyWorld(someServices())) {
    this.world = world;
    this.clock = new FakeClock(world.time);
  }

  get platform() {
    const platform = fakePlatform(this.world, { fault: (call) => this.fault(call) });
    this.clock.onAdvance = (time) => platform.advanceTo(time);
    return platform;
  }

  async deploy(release: Release, changes: Partial<Session> = {}): Promise<Ended> {
    return this.start(await this.plan(release), changes);
  }

  async plan(release: Release): Promise<Plan> {
    return planDeploy({ ...(await this.facts()), ...this.asks(release) });
  }

  asks(release: Release) {
    const { flags, checklist } = this;
    return { release, settings: someSettings(), flags: { ...flags }, ...(checklist ? { checklist } : {}) };
  }

  get flagService(): Flags {
    const fault = (): void => {
      if (this.flagsFault) throw this.flagsFault;
    };
    return {
      weights: async (flag) => {
        await Promise.resolve();
        fault();
        return this.flags[flag] ?? 0;
      },
      shift: async (flag, percent) => {
        await Promise.resolve();
        fault();
        this.flags[flag] = percent;
      },
    };
  }

  async rollback(changes: Partial<Session> = {}): Promise<Ended> {
    return this.start(planRollback({ ...(await this.facts()), unproven: undefined }), changes);
  }

  /** From whatever the weights are. */
  async planBack(to: Colour): Promise<Plan> {
    return planRollback({ ...(await this.facts()), to, unproven: undefined });
  }

  /** A fresh journal with this plan, executed. */
  async start(plan: Plan, changes: Partial<Session> = {}): Promise<Ended> {
    this.events.length = 0;
    this.token += 1;
    await this.append(plan.run, { kind: 'planned', plan, hash: planHash(plan) });
    return run(this.session(changes));
  }

  /** Another process goes on with the journal as it is. */
  async resume(changes: Partial<Session> = {}): Promise<Ended> {
    this.token = Math.max(this.token, this.world.token) + 1;
    return run(this.session(changes));
  }

  session(changes: Partial<Session> = {}): Session {
    const append = (body: EventBody) => this.append(this.events[0]?.run ?? '?', body);
    const quarantine: Quarantine = {
      list: () => Promise.resolve(this.quarantined),
      add: (entry) => {
        this.quarantined.push(entry);
        return Promise.resolve();
      },
    };
    return {
      platform: this.platform,
      clock: this.clock,
      quarantine,
      questions: this.questions,
      flags: this.flagService,
      token: this.token,
      ownership: { check: () => Promise.resolve(), lost: new AbortController().signal },
      by: 'ada',
      progress: progressOf(this.events),
      waivers: [],
      append,
      record: recorder(append, this.clock, 10_000),
      interrupt: this.interrupt.signal,
      turn: this.turn.signal,
      say: (line) => this.said.push(line),
      ...changes,
    };
  }

  /** The journal as words, gates left out. */
  words(): string[] {
    return this.events.flatMap(({ body }) => {
      if (body.kind === 'asked' || body.kind === 'planned' || body.kind === 'judged') return [];
      if (body.kind === 'ended') return [`ended ${body.outcome}`];
      return ['step' in body && body.step !== undefined ? `${body.kind} ${body.step}` : body.kind];
    });
  }

  /** What a plan is computed from, as the world is now. */
  async facts() {
    const platform = this.platform;
    return {
      run: `run-${this.token}`,
      environment: 'local',
      outputs: localOutputs(this.world.services),
      rules: this.rules,
      affinity: 'none' as const,
      reading: await platform.traffic.read(),
      slots: { blue: await platform.slots.state('blue'), green: await platform.slots.state('green') },
      requestedBy: 'ada',
      because: 'a test',
      now: this.clock.now(),
    };
  }

  private async append(run: string, body: EventBody): Promise<void> {
    await this.journalFault(body);
    const last = this.events.at(-1);
    this.events.push({
      format: 1,
      run,
      sequence: this.events.length,
      at: this.clock.now().toISOString(),
      token: this.token,
      by: 'ada',
      previous: last ? digestOf(canonicalJson(last)) : `sha256:${'0'.repeat(64)}`,
      body,
    });
  }
}

/** A world in which this release is live in blue. */
export async function withLive(release: Release, fake = new FakeRun()): Promise<FakeRun> {
  const ended = await fake.deploy(release);
  if (ended.outcome !== 'completed') throw new Error(`the first release did not become live: ${ended.because}`);
  fake.world.effects.length = 0;
  fake.world.history.splice(0, fake.world.history.length - 1);
  return fake;
}
