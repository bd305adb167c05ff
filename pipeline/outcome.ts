import { counted } from '../contract/counted.js';
import type { SlotInput } from '../contract/slot-input.js';
import type { Service } from '../contract/service.js';
import type { Verdict } from '../contract/verdict.js';
import type { SlotState } from './ports/slots.js';

/** Does every replica of the slot run the digest that was asked for, and are there as many as were asked for? */
export function runningAsAsked(
  state: SlotState,
  input: SlotInput,
  services: Readonly<Record<string, Service>>,
): Verdict {
  const running: Record<string, number> = {};
  for (const [service, { digest }] of Object.entries(input.release.artifacts)) {
    const definition = services[service];
    if (!definition) return no(`the environment has no service ${service}`, running);
    const replicas = state.replicas.filter((replica) => replica.service === service);
    running[service] = replicas.length;
    for (const replica of replicas) {
      if (replica.digest !== digest)
        return no(`${service} replica ${replica.id} runs ${replica.digest}, not ${digest}`, running);
      if (!replica.healthy)
        return no(`${service} replica ${replica.id} is not healthy: ${replica.because ?? 'no reason given'}`, running);
    }
    // The work of background services is handed over later, so none of them need run yet.
    const wanted = definition.kind === 'routed' ? (input.replicas[service] ?? definition.replicas) : 0;
    if (replicas.length < wanted) return no(`${service} has ${replicas.length} of ${wanted} replicas`, running);
  }
  const count = Object.values(running).reduce((sum, each) => sum + each, 0);
  return {
    answer: 'yes',
    because: `${counted(count, 'replica runs', 'replicas run')} ${input.release.version}`,
    evidence: { replicas: running },
  };
}

function no(because: string, replicas: Record<string, number>): Verdict {
  return { answer: 'no', because, evidence: { replicas } };
}
