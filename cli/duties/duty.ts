import type { ChecklistItem } from '../../contract/checklist.js';

/**
 * `later`: its time has not come. `due`: it is to be done. `waiting`: others come first. `late`: somebody has to be told.
 * `lapsed`: what it was about is not live any more.
 */
export type DutyStatus = 'later' | 'due' | 'waiting' | 'done' | 'late' | 'lapsed';

/** Something to be done after a release went live, and how far it is. */
export interface Duty {
  readonly id: string;
  readonly title: string;
  readonly run: string;
  readonly version: string | undefined;
  /** Who answers for it: a role. */
  readonly owner: string;
  /** `check`: asked by `crossfade tick`. `person`: somebody says so. `retirement`: the other slot is to go. `tag`: git is to know it. */
  readonly kind: 'check' | 'person' | 'retirement' | 'tag';
  readonly due: string;
  readonly status: DutyStatus;
  /** What it came to, waits for, or costs. */
  readonly because: string;
  readonly by: string | undefined;
  /** How often those who hear of what is late were told. */
  readonly escalated: number;
  /** What is asked. */
  readonly item: ChecklistItem | undefined;
}

/** What has become of a run's release since. */
export type Standing = 'live' | 'replaced' | 'gone';
