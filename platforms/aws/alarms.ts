import type { Severity } from '../../contract/severity.js';
import type { AwsOutputs } from '../../contract/outputs.js';
import type { Verdict } from '../../contract/verdict.js';
import type { Alarms } from '../../pipeline/ports/alarms.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import { persist } from './persist.js';

export interface AlarmAction {
  readonly at: Date;
  /** The topic that was told. */
  readonly target: string;
  readonly succeeded: boolean;
  readonly summary: string;
}

/** What CloudWatch can be asked and told about an alarm. */
export interface AlarmApi {
  setState(alarm: string, state: 'ALARM' | 'OK', because: string): Promise<void>;
  /** What it has told whom, from this moment on. */
  actions(alarm: string, since: Date): Promise<readonly AlarmAction[]>;
}

const patience = 30_000;
const actsWithin = 60_000;
const lookEvery = 2_000;

/** Fires the alarm that exists to be fired, and reads from CloudWatch whether its topic has taken the page. */
export function awsAlarms(api: AlarmApi, { alarms }: Pick<AwsOutputs, 'alarms'>, clock: Clock): Alarms {
  const persistently = <Value>(call: () => Promise<Value>) => persist(call, { clock, within: patience });

  async function untilTold(alarm: string, topic: string, since: Date): Promise<Verdict> {
    const end = clock.monotonic() + actsWithin;
    while (clock.monotonic() < end) {
      const told = (await persistently(() => api.actions(alarm, since))).find(({ target }) => target === topic);
      if (told) return verdictOf(told, alarm);
      await clock.sleep(lookEvery);
    }
    const because = `CloudWatch did not say within ${actsWithin / 1_000} s that it told ${topic}`;
    return { answer: 'unknown', because, evidence: { alarm, topic } };
  }

  return {
    async fire(severity: Severity, because: string) {
      const alarm = alarms.testAlarms[severity];
      const topic = alarms.topics[severity];
      // An alarm that is in ALARM already tells nobody again.
      await persistently(() => api.setState(alarm, 'OK', 'before a test'));
      const since = new Date(clock.now().getTime() - 1_000);
      await persistently(() => api.setState(alarm, 'ALARM', because));
      try {
        return await untilTold(alarm, topic, since);
      } finally {
        await persistently(() => api.setState(alarm, 'OK', 'the test is over'));
      }
    },
  };
}

function verdictOf({ at, target, succeeded, summary }: AlarmAction, alarm: string): Verdict {
  const because = succeeded ? `its topic has taken the page: ${summary}` : `its topic did not: ${summary}`;
  return { answer: succeeded ? 'yes' : 'no', because, evidence: { alarm, topic: target, at: at.toISOString() } };
}
