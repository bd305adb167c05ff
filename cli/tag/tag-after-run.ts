import { OperatorError } from '../../contract/errors.js';
import type { Plan } from '../../contract/plan.js';
import { tagDuty, tagNameOf } from '../../contract/release-tag.js';
import { readJournal } from '../../journal/read-journal.js';
import { progressOf } from '../../pipeline/progress.js';
import { answerDuty } from '../duties/answer-duty.js';
import { redactedAnswer } from '../duties/redacted-answer.js';
import type { OpenEnvironment } from '../open-environment.js';
import type { Redaction } from '../run/redaction.js';

/**
 * Tags what a run has put live, right after it. Its failure is none of the run's: what can't be done now stays a duty,
 * which `crossfade tick` carries out, and is said.
 */
export async function tagAfterRun(
  environment: OpenEnvironment,
  run: string,
  redaction: Pick<Redaction, 'event' | 'line'>,
  say: (line: string) => void,
): Promise<void> {
  const { configuration, store, folder } = environment;
  const { tag } = configuration.duties;
  if (tag === undefined) return;
  try {
    const { plan } = progressOf((await readJournal(store, run)).events);
    if (plan.action !== 'deploy') return;
    const find = async () => {
      // Loaded where releases are tagged.
      const { tagRelease } = await import('./tag-release.js');
      return tagRelease({ ...tag, name: tagNameOf(tag, plan) }, plan, configuration.product, {
        folder,
        variables: process.env,
      });
    };
    const line = await answerDuty({ id: tagDuty, run }, environment, redactedAnswer(redaction.event), find);
    if (line === undefined) return;
    say(line.answer === 'yes' ? line.because : notTagged(plan, line.because));
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    say(redaction.line(`the release is live, but it is not known whether it is tagged: ${error.message}`));
  }
}

function notTagged({ environment }: Plan, because: string): string {
  return `not tagged: ${because}; it stays a duty: 'crossfade tick ${environment}' tries again`;
}
