import { z } from 'zod';
import type { Adapter } from './adapter.js';
import { no, unknown, yes } from './answer.js';
import { authoritiesOf } from './http/authorities-of.js';
import { fetchGuarded } from './http/fetch-guarded.js';

/** A status page of Statuspage and of those that speak as it does: GET /api/v2/status.json. */
const statusPage = z.object({
  status: z.object({
    indicator: z.enum(['none', 'minor', 'major', 'critical', 'maintenance']),
    description: z.string().optional(),
  }),
});

/** Whether a service of somebody else is well: by its status page, or by an address of it that answers 200. */
export const askExternal: Adapter<'external'> = async ({ service, url: said }, { plan }, around, signal) => {
  const url = said ?? plan.checklist?.sources?.services[service]?.url;
  if (url === undefined) return unknown(`no address is configured for ${service}`);
  const { status, body } = await fetchGuarded({ url, authorities: await authoritiesOf(plan, around), signal });
  const evidence = { service, status };
  if (status !== 200) return no(`${service} answered ${status}`, evidence);
  const page = statusPage.safeParse(parsed(body));
  if (!page.success) return yes(`${service} answers`, evidence);
  const { indicator, description = '' } = page.data.status;
  const because = `${service} says ${indicator === 'none' ? 'that all is well' : `${indicator}: ${description}`}`;
  return (indicator === 'none' ? yes : no)(because, { ...evidence, indicator });
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
