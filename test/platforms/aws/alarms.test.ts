import { expect } from 'chai';
import { awsAlarms, type AlarmAction } from '../../../platforms/aws/alarms.js';
import { awsOutputs } from '../../support/aws-outputs.js';
import { LeapingClock } from '../../support/leaping-clock.js';

const outputs = awsOutputs();
const topic = outputs.alarms.topics.critical;

describe('awsAlarms', () => {
  let clock: LeapingClock;
  let states: string[];
  let history: AlarmAction[];

  const fire = () =>
    awsAlarms(
      {
        setState: (alarm, state, because) => Promise.resolve(void states.push(`${alarm} ${state}: ${because}`)),
        actions: (_alarm, since) => Promise.resolve(history.filter(({ at }) => at >= since && at <= clock.now())),
      },
      outputs,
      clock,
    ).fire('critical', 'first Monday');
  const told = (milliseconds: number, parts: Partial<AlarmAction> = {}): AlarmAction => {
    const at = new Date(clock.now().getTime() + milliseconds);
    return { at, target: topic, succeeded: true, summary: `Successfully executed action ${topic}`, ...parts };
  };

  beforeEach(() => {
    clock = new LeapingClock();
    states = [];
    history = [];
  });

  it('fires the alarm that nothing else fires, and says what its topic has taken', async () => {
    history = [told(-3_600_000, { succeeded: false }), told(4_000)];
    const verdict = await fire();
    expect(verdict).to.deep.include({
      answer: 'yes',
      because: `its topic has taken the page: Successfully executed action ${topic}`,
    });
    expect(states).to.deep.equal([
      'test-critical OK: before a test',
      'test-critical ALARM: first Monday',
      'test-critical OK: the test is over',
    ]);
  });

  it('says no when the topic did not take it', async () => {
    history = [told(2_000, { succeeded: false, summary: 'Failed to execute action: KMS.AccessDenied' })];
    const { answer, because } = await fire();
    expect({ answer, because }).to.deep.equal({
      answer: 'no',
      because: 'its topic did not: Failed to execute action: KMS.AccessDenied',
    });
  });

  it('does not know when CloudWatch says nothing of that topic, and puts the alarm back', async () => {
    history = [told(2_000, { target: outputs.alarms.topics.low })];
    expect((await fire()).answer).to.equal('unknown');
    expect(states.at(-1)).to.equal('test-critical OK: the test is over');
  });
});
