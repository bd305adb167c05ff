import type { Severity } from '../../contract/severity.js';
import { post } from '../post.js';
import type { Receiver } from '../receiver.js';

const severities: Readonly<Record<Severity, 'info' | 'warning' | 'error' | 'critical'>> = {
  low: 'info',
  medium: 'warning',
  high: 'error',
  critical: 'critical',
};

/**
 * Events API v2 (https://developer.pagerduty.com/docs/events-api-v2-overview). All that is told of a run is one
 * incident; a completed run resolves it.
 */
export function pagerduty(key: string, url: string): Receiver {
  return {
    async send({ moment, title, text, severity, environment, run, id, facts }, _thread, signal) {
      const event = {
        routing_key: key,
        event_action: moment === 'completed' ? 'resolve' : 'trigger',
        dedup_key: `crossfade/${run ?? `${environment}/${id}`}`,
        payload: {
          summary: title,
          source: `crossfade/${environment}`,
          severity: severities[severity],
          component: facts['product'] ?? environment,
          group: environment,
          class: moment,
          custom_details: { text, ...facts },
        },
      };
      await post({ url, body: JSON.stringify(event), secrets: [key], signal });
      return {};
    },
  };
}
