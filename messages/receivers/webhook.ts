import { createHmac } from 'node:crypto';
import type { Clock } from '../../pipeline/ports/clock.js';
import { post } from '../post.js';
import type { Receiver } from '../receiver.js';

/**
 * The whole message as JSON, signed as https://www.standardwebhooks.com has it: `webhook-signature` is `v1,` and the
 * base64 of HMAC-SHA256 over `id.timestamp.body`. A secret that begins with `whsec_` is base64 after that.
 */
export function webhook(url: string, secret: string, clock: Pick<Clock, 'now'>): Receiver {
  return {
    async send(message, _thread, signal) {
      const body = JSON.stringify({ type: `crossfade.${message.moment}`, ...message });
      const id = `${message.run ?? message.environment}.${message.id}`;
      const timestamp = String(Math.floor(clock.now().getTime() / 1_000));
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signatureOf(secret, `${id}.${timestamp}.${body}`)}`,
      };
      await post({ url, headers, body, secrets: [secret], signal });
      return {};
    },
  };
}

export function signatureOf(secret: string, text: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  return createHmac('sha256', key).update(text).digest('base64');
}
