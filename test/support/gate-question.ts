import type { Announcement } from '../../contract/announcement.js';
import { digestOf, type JsonObject } from '../../contract/json.js';
import { parse } from '../../contract/parse.js';
import { checkSchema } from '../../contract/gate.js';
import type { Settings } from '../../contract/settings.js';
import { sourcesSchema } from '../../contract/sources.js';
import type { Release } from '../../contract/release.js';
import type { Verdict } from '../../contract/verdict.js';
import { openQuestions } from '../../gates/open-questions.js';
import type { Surroundings } from '../../gates/surroundings.js';
import { Redactor } from '../../journal/redact.js';
import type { Platform } from '../../pipeline/ports/platform.js';
import type { FakeRun } from './fake-run.js';
import { withLive } from './fake-run.js';
import { someRelease, someSettings } from './product.js';
import { someChecklist } from './fake-questions.js';

/** Nothing is changed in it. */
let live: Promise<FakeRun> | undefined;

/** Asks one check as a deploy would, of the real world but for the platform. */
export class GateQuestion {
  readonly attachments = new Map<string, string>();
  readonly stop = new AbortController();
  variables: Record<string, string | undefined> = { ...process.env };
  around: Partial<Surroundings> = {};
  settings: Record<string, Record<string, string>> = {};
  secrets: Record<string, Record<string, string>> = {};
  /** When it was announced; undefined: never. */
  announced: string | undefined;
  announcement: Partial<Announcement> = {};
  sources: unknown = {};
  /** Of this release, as a slot is given them. */
  given: Settings = someSettings();
  now = new Date();
  release: Release = someRelease('2.0.0');
  platform: Platform | undefined;
  readonly #folder: () => string;

  constructor(folder: () => string) {
    this.#folder = folder;
  }

  async ask(check: unknown): Promise<Verdict> {
    live ??= withLive(someRelease('1.0.0'));
    const fake = await live;
    fake.checklist = { ...someChecklist(), sources: parse(sourcesSchema, this.sources, 'test') };
    const planned = await fake.plan(this.release);
    const plan = { ...planned, input: planned.input && { ...planned.input, settings: this.given } };
    const platform = this.platform ?? fake.platform;
    const about = { item: 'it', environment: 'local', colour: plan.to, plan, platform };
    const questions = openQuestions(this.#surroundings());
    return questions.ask(parse(checkSchema, check, 'test'), about, this.stop.signal);
  }

  #announcement(): Announcement | undefined {
    if (this.announced === undefined) return undefined;
    const ends = new Date(this.now.getTime() + 3_600_000).toISOString();
    const usual = { by: 'ada', begins: this.announced, ends, told: ['chat'], untold: [] };
    return { version: this.release.version, at: this.announced, ...usual, ...this.announcement };
  }

  #surroundings(): Surroundings {
    return {
      folder: this.#folder(),
      clock: { now: () => this.now, monotonic: () => performance.now() },
      variables: this.variables,
      redacting: (secrets) => new Redactor(secrets).stream(Infinity),
      settingsOf: (environment) => Promise.resolve(this.settings[environment]),
      secretOf: (environment, name) => Promise.resolve(this.secrets[environment]?.[name]),
      announcement: () => Promise.resolve(this.#announcement()),
      cloudWatch: () => Promise.reject(new Error('nothing was said of CloudWatch')),
      attach: (_run, text): Promise<JsonObject> => {
        const digest = digestOf(text);
        this.attachments.set(digest, text);
        return Promise.resolve({ digest });
      },
      ...this.around,
    };
  }
}
