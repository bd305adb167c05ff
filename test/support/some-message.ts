import type { Message } from '../../contract/outbox.js';

export function someMessage(changes: Partial<Message> = {}): Message {
  return {
    id: 'completed-41',
    moment: 'completed',
    severity: 'low',
    receiver: 'chat',
    environment: 'production',
    run: 'production-20260101t000000z-aaaaaa',
    title: 'production: shop 2.4.0 is live',
    text: 'production: shop 2.4.0 is live\nin 12 min',
    facts: { product: 'shop', version: '2.4.0' },
    ...changes,
  };
}
