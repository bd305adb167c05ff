import { FolderStore } from '../journal/folder-store.js';
import type { Store } from '../journal/store.js';
import { place } from './place.js';
import { newRun, readRun, runsIn, type RunLog } from './run-log.js';
import { runCrossfade, startCrossfade, type Ended, type RunningCommand } from './run-crossfade.js';
import type { Screen } from './screen.js';
import { TrafficLog } from './traffic-log.js';

const beginsWithin = 30_000;

/** What all scenes share. */
export class Stage {
  readonly screen: Screen;
  readonly store: Store = new FolderStore(place.store);
  readonly traffic = new TrafficLog();
  /** Address of the balancer, once the environment is up. */
  url = '';
  /** Runs that executed, with what they were, in order. */
  readonly runs: { readonly run: string; readonly what: string }[] = [];
  readonly broken: string[] = [];

  constructor(screen: Screen) {
    this.screen = screen;
  }

  /** Something that must be true for the demo to have gone as described. */
  fact(holds: boolean, text: string): void {
    this.screen.fact(holds, text);
    if (!holds) this.broken.push(text);
  }

  /** A command that executes a run, to its end. */
  async perform(what: string, words: readonly string[]): Promise<{ readonly ended: Ended; readonly log: RunLog }> {
    const before = await runsIn(this.store);
    const ended = await runCrossfade(this.screen, words);
    const run = await newRun(this.store, before, 0);
    this.runs.push({ run, what });
    return { ended, log: await readRun(this.store, run) };
  }

  /** A command that executes a run, while it goes on. */
  async begin(
    what: string,
    words: readonly string[],
  ): Promise<{ readonly command: RunningCommand; readonly run: string }> {
    const before = await runsIn(this.store);
    const command = startCrossfade(this.screen, words);
    const run = await newRun(this.store, before, beginsWithin);
    this.runs.push({ run, what });
    return { command, run };
  }

  /** Who answers users now, as the page itself says. */
  async answering(): Promise<string> {
    const response = await fetch(this.url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return `${response.headers.get('x-version') ?? 'nobody'} in ${response.headers.get('x-colour') ?? 'no slot'}`;
  }
}
