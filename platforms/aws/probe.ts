import { slotHeader } from '../../contract/aws-route.js';
import type { Colour } from '../../contract/colour.js';
import { PlatformError } from '../../contract/errors.js';
import type { ProbeAnswer, ProbeRequest } from '../../pipeline/ports/probe.js';
import { requestOnce } from './request-once.js';

const balancer = /^awselb\//;

export interface Door {
  /** The balancer's test listener. */
  readonly url: string;
  /** The host that the service answers to, where it has one of its own. */
  hostOf(service: string): string | undefined;
}

/** Through the test listener to one slot. Redirects are not followed. Throws PlatformError when nothing answers. */
export function probeSlot(
  door: Door,
  colour: Colour,
  request: ProbeRequest,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  return probeBehind(door, { slot: colour, where: colour }, request, signal);
}

/** To whatever a rule of the test listener gives this name; `where` is what people call it. */
export async function probeBehind(
  door: Door,
  { slot, where }: { readonly slot: string; readonly where: string },
  { service, method, path, headers = {}, body, timeoutMilliseconds = 10_000 }: ProbeRequest,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  const what = `${method} ${path} of ${service} in ${where}`;
  const url = new URL(path, door.url);
  const host = door.hostOf(service) ?? url.hostname;
  const asked = { url, host, method, headers: { ...headers, [slotHeader]: slot }, body, timeoutMilliseconds };
  const answer = await requestOnce(asked, signal).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new PlatformError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint: `may this machine reach ${url.origin}? balancer.testFrom in the stack file says who may`,
    });
  });
  // The balancer itself speaks where no target does.
  if (answer.status < 502 || !balancer.test(answer.headers['server'] ?? '')) return answer;
  throw new PlatformError(`${what}: the balancer answers ${answer.status}`);
}
