import { counted } from '../../contract/counted.js';
import type { Service } from '../../contract/service.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import type { SlotState } from '../../pipeline/ports/slots.js';

/**
 * Dollars per hour for a vCPU and for a GB of memory: Fargate on Linux/x86 in us-east-1, as
 * https://aws.amazon.com/fargate/pricing/ lists them. Other regions differ by some percent, discounts by more.
 */
const fargate = { vcpu: 0.04048, gigabyte: 0.004445 };

/** What a slot that stands beside the live one costs; undefined when nothing stands in it. */
export function besideCosts({ standing, replicas }: SlotState, outputs: EnvironmentOutputs): string | undefined {
  if (!standing) return undefined;
  const count = `${counted(replicas.length, 'replica stands', 'replicas stand')} idle`;
  if (outputs.platform !== 'aws') return count;
  const perDay = replicas.reduce((sum, { service }) => sum + 24 * hourly(outputs.services[service]), 0);
  return `${count}, about $${perDay.toFixed(2)} a day at Fargate's list price in us-east-1`;
}

function hourly(service: Service | undefined): number {
  if (service === undefined) return 0;
  return (service.cpu / 1_024) * fargate.vcpu + (service.memory / 1_024) * fargate.gigabyte;
}
