import { tagDuty, tagNameOf } from '../../contract/release-tag.js';
import type { Duty } from './duty.js';
import type { DutyFacts } from './duty-facts.js';
import { doneBy, dutyOf, openStatus } from './duty-of.js';

/** Also of a release that another has replaced by now: it was live. */
export function taggingOf(promoted: number, { state, lines, standing, configuration, now }: DutyFacts): Duty[] {
  if (configuration.tag === undefined) return [];
  const name = tagNameOf(configuration.tag, state.plan);
  if (name === undefined) return [];
  const own = lines.filter(({ duty }) => duty === tagDuty);
  const common = {
    ...dutyOf(state, promoted, own),
    id: tagDuty,
    title: `tag ${name}`,
    owner: 'crossfade tick',
    kind: 'tag',
    item: undefined,
  } as const;
  const done = doneBy(own);
  if (done) return [{ ...common, status: 'done', ...done }];
  if (standing === 'gone') return [{ ...common, status: 'lapsed', because: 'the release went back' }];
  const answer = own.findLast((line) => line.kind === 'asked');
  const because = answer === undefined ? '' : `${answer.answer}: ${answer.because}`;
  return [{ ...common, status: openStatus('check', promoted, answer?.answer, now), because }];
}
