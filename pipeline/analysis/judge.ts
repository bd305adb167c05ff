import type { JsonObject } from '../../contract/json.js';
import { worstAnswer, type Verdict } from '../../contract/verdict.js';
import type { Observation } from '../ports/metrics.js';
import { alarmShare } from './alarm-share.js';
import { becauseOf } from './because-of.js';
import { describeSample } from './describe-sample.js';
import type { Finding } from './finding.js';
import { judgeService } from './judge-service.js';
import type { JudgementRequest } from './judgement-request.js';

/**
 * Is the slot good enough for more traffic, by all that was seen since the share was shifted? May be asked as often as
 * one likes: the chance that a healthy slot ever gets a no stays below the rules' falseAlarmPercent. The worst answer
 * of any service and metric wins, and missing or unusable data is unknown.
 */
export function judge(observation: Observation, request: JudgementRequest): Verdict {
  const { to, from, rules, services } = request;
  const alarm = alarmShare(request);
  const circumstances = { to, from, complete: observation.complete, minimumRequests: rules.minimumRequests, alarm };
  const judged = services.map((service) => {
    const slot = observation.samples[to][service];
    const live = from === null ? undefined : observation.samples[from][service];
    return { service, slot, live, verdicts: judgeService(slot, live, rules.limits, circumstances) };
  });
  const evidence: JsonObject = {
    to,
    from,
    seconds: Number.isFinite(observation.seconds) ? observation.seconds : null,
    complete: observation.complete,
    services: Object.fromEntries(
      judged.map(({ service, slot, live, verdicts }) => [
        service,
        { slot: describeSample(slot), live: describeSample(live), verdicts: recorded(verdicts) },
      ]),
    ),
  };
  const findings = judged.map(({ service, verdicts }) => ({ service, findings: Object.values(verdicts) }));
  const answers = findings.flatMap((each) => each.findings.map(({ answer }) => answer));
  if (answers.length === 0) return { answer: 'unknown', because: 'no service to judge', evidence };
  const answer = worstAnswer(answers);
  return { answer, because: becauseOf(answer, findings), evidence };
}

function recorded(findings: Readonly<Record<string, Finding>>): JsonObject {
  return Object.fromEntries(
    Object.entries(findings).map(([name, { answer, because, evidence }]) => [name, { answer, because, evidence }]),
  );
}
