import type { IncomingMessage } from 'node:http';
import { signatureOf } from '../../../messages/receivers/webhook.js';

/** What whoever talks to a stand-in must show; in the environment of every command of the example. */
export const keys = {
  github: 'token-of-the-example',
  hooks: 'secret-of-the-hooks',
  pager: 'routing-key-of-the-example',
  flags: 'token-of-the-flags',
} as const;

/** Why a request is turned away; undefined: it showed what it must. */
export function keyProblem(who: string, { headers, method }: IncomingMessage, body: string): string | undefined {
  if (who === 'github') return headers.authorization === `Bearer ${keys.github}` ? undefined : 'bad credentials';
  if (who === 'flags') return headers.authorization === `Bearer ${keys.flags}` ? undefined : 'bad token';
  if (who === 'pager') return body.includes(`"routing_key":"${keys.pager}"`) ? undefined : 'bad routing key';
  const id = headers['webhook-id'];
  if (method === 'GET' || typeof id !== 'string') return undefined;
  const signed = signatureOf(keys.hooks, `${id}.${String(headers['webhook-timestamp'])}.${body}`);
  return headers['webhook-signature'] === `v1,${signed}` ? undefined : 'bad signature';
}
