import type { ChecklistItem } from '../../contract/checklist.js';
import type { MessageMoment } from '../../contract/message-moment.js';
import { wordsOf, type KnownFacts } from './message-words.js';
import { becauseOf, versions } from './releases.js';
import type { Heard } from './stand-ins/heard.js';
import { onlyAlarms } from './only-alarms.js';
import type { Team } from './team.js';

export interface ToldItem {
  readonly item: ChecklistItem;
  /** In which it was seen. */
  readonly releases: readonly string[];
}

type Of<Kind extends 'message' | 'flag' | 'metric'> = ChecklistItem & {
  readonly check: Extract<ChecklistItem['check'], { kind: Kind }>;
};

interface Release {
  readonly run: string;
  readonly heard: readonly Heard[];
}

/** What each release tells, and what it must not tell. */
const moments = {
  good: { told: ['begun', 'progress', 'completed'], untold: ['announced', 'rolled-back', 'incident'] },
  failing: { told: ['begun', 'progress', 'rolled-back'], untold: ['announced', 'completed'] },
} as const satisfies Record<string, { told: readonly MessageMoment[]; untold: readonly MessageMoment[] }>;

/** Whether people heard what the checklist has them told, in its words, and whether flags moved as it says. */
export class Told {
  readonly #team: Team;
  readonly #messages: readonly Of<'message'>[];
  readonly #flags: readonly Of<'flag'>[];
  readonly #alarms: readonly Of<'metric'>[];
  readonly #wrong: (problem: string) => void;
  readonly #seen = new Map<string, Set<string>>();

  constructor(team: Team, items: readonly ChecklistItem[], wrong: (problem: string) => void) {
    this.#team = team;
    this.#messages = items.filter((item): item is Of<'message'> => item.check.kind === 'message');
    this.#flags = items.filter((item): item is Of<'flag'> => item.check.kind === 'flag');
    this.#alarms = items.filter((item): item is Of<'metric'> => onlyAlarms(item));
    this.#wrong = wrong;
  }

  get hasFlags(): boolean {
    return this.#flags.length > 0;
  }

  get items(): readonly ToldItem[] {
    return [...this.#messages, ...this.#flags, ...this.#alarms].flatMap((item) => {
      const releases = this.#seen.get(item.id);
      return releases ? [{ item, releases: [...releases] }] : [];
    });
  }

  announced(heard: readonly Heard[]): void {
    const { product } = this.#team;
    const facts = { product, version: versions.good, environment: 'local', because: becauseOf('good') };
    for (const item of this.#messages) {
      if (item.check.at === 'announced') this.#expectTold(item, 'announced', heard, facts);
    }
  }

  good(release: Release): void {
    this.#judge('good', release);
    const alarmed = this.#alarms.filter(({ id }) => release.heard.some(({ text }) => text.includes(`alarm: ${id}: `)));
    for (const { id } of alarmed) this.#wrong(`good: there was an alarm ${id}`);
    this.#expectFlags('good', release.heard, ({ percents }) => percents);
  }

  /** By the kill switch of the release that is live. */
  switchedOff(heard: readonly Heard[]): void {
    this.#expectFlags('switched off', heard, () => [0]);
  }

  /** It goes back once the first share of users has the flag, and takes the flag along. */
  failing(release: Release): void {
    this.#judge('failing', release);
    this.#expectAlarms(release.heard);
    this.#expectFlags('failing', release.heard, ({ percents }) => [percents[0] ?? 0, 0]);
  }

  #judge(kind: 'good' | 'failing', { run, heard }: Release): void {
    const version = versions[kind];
    const facts = {
      product: this.#team.product,
      run,
      version,
      previous: kind === 'good' ? versions.first : versions.good,
      environment: 'local',
      because: becauseOf(kind),
      report: `crossfade report ${run}`,
    };
    const { told, untold } = moments[kind];
    for (const item of this.#messages) {
      const { at } = item.check;
      if ((told as readonly string[]).includes(at)) this.#expectTold(item, kind, heard, facts);
      if ((untold as readonly string[]).includes(at)) this.#expectUntold(item, kind, heard, facts);
    }
    for (const [receiver, texts] of Object.entries(this.#team.told[kind])) {
      const nothing = texts.length === 0 && heard.some((each) => each.receiver === receiver);
      if (nothing) this.#wrong(`${kind}: ${receiver} heard something`);
      for (const text of unheard(receiver, texts, heard)) this.#wrong(`${kind}: ${receiver} did not hear '${text}'`);
    }
  }

  #expectTold(item: Of<'message'>, kind: string, heard: readonly Heard[], facts: KnownFacts): void {
    const words = wordsOf(item.check.template, { ...facts, ...outcomeOf(item) });
    const missing = item.check.to.filter((name) => !hears(name, words, heard));
    if (missing.length === 0) this.#see(item, kind);
    else this.#wrong(`${kind}: ${missing.join(', ')} did not hear ${item.id}: ${words.source}`);
  }

  #expectUntold(item: Of<'message'>, kind: string, heard: readonly Heard[], facts: KnownFacts): void {
    const words = wordsOf(item.check.template, { ...facts, ...outcomeOf(item) });
    const strange = item.check.to.filter((name) => hears(name, words, heard));
    if (strange.length > 0) this.#wrong(`${kind}: ${strange.join(', ')} heard ${item.id}`);
  }

  #expectFlags(
    kind: string,
    heard: readonly Heard[],
    expected: (check: Of<'flag'>['check']) => readonly number[],
  ): void {
    for (const item of this.#flags) {
      const { flag } = item.check;
      const moved = heard.filter(({ receiver, text }) => receiver === 'flags' && text.startsWith(`${flag} `));
      const found = moved.map(({ text }) => text).join(', ');
      const wanted = expected(item.check).map((percent) => `${flag} ${percent} %`);
      if (found === wanted.join(', ')) this.#see(item, kind);
      else this.#wrong(`${kind}: flags went ${found || 'nowhere'}, expected ${wanted.join(', ')}`);
    }
  }

  /** Where the slot's figure is beyond the line. */
  #expectAlarms(heard: readonly Heard[]): void {
    for (const item of this.#alarms) {
      const { metric, of, statistic } = item.check;
      const figure = [metric, of, statistic].filter((part) => part !== undefined).join('.');
      if (!(figure in this.#team.alarming)) continue;
      const told = heard.some(({ receiver, text }) => receiver === 'chat' && text.includes(`alarm: ${item.id}: `));
      if (told) this.#see(item, 'failing');
      else this.#wrong(`failing: chat did not hear the alarm ${item.id}`);
    }
  }

  #see({ id }: ChecklistItem, kind: string): void {
    this.#seen.set(id, (this.#seen.get(id) ?? new Set()).add(kind));
  }
}

/** Of a release that stays; why one goes back is told in more words. */
function outcomeOf({ check }: Of<'message'>): KnownFacts {
  return check.at === 'completed' ? { outcome: 'completed' } : {};
}

function hears(name: string, words: RegExp, heard: readonly Heard[]): boolean {
  return heard.some(({ receiver, text }) => receiver === name && words.test(text));
}

/** Those of the texts that a receiver did not hear, in this order. */
function unheard(receiver: string, texts: readonly string[], heard: readonly Heard[]): string[] {
  const own = heard.filter((each) => each.receiver === receiver).map(({ text }) => text);
  let at = 0;
  return texts.filter((text) => {
    const found = own.findIndex((each, index) => index >= at && each.includes(text));
    if (found >= 0) at = found + 1;
    return found < 0;
  });
}
