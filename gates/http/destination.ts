import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Verdict } from '../../contract/verdict.js';
import { no, unknown, yes } from '../answer.js';
import { systemCode } from '../system-code.js';

/** Whether a host leads to one of these names or addresses, and to nothing else, as this machine resolves it. */
export async function askDestination(hostname: string, wanted: readonly string[]): Promise<Verdict> {
  const found = await addressesOf(hostname);
  if (typeof found === 'string') return unknown(`${hostname} leads nowhere (${found})`);
  const allowed = new Set<string>();
  for (const target of wanted) {
    const addresses = await addressesOf(target);
    if (typeof addresses === 'string') return unknown(`${target} leads nowhere (${addresses})`);
    for (const address of addresses) allowed.add(address);
  }
  const strange = found.filter((address) => !allowed.has(address));
  const evidence = { addresses: found };
  if (strange.length === 0) return yes(`${hostname} leads to ${found.join(', ')}`, evidence);
  return no(`${hostname} leads to ${strange.join(', ')}, which is none of ${wanted.join(', ')}`, evidence);
}

/** Its addresses, or why there are none. */
async function addressesOf(host: string): Promise<string[] | string> {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address).sort();
  } catch (error) {
    const code = systemCode(error);
    if (code === undefined) throw error;
    return code;
  }
}
