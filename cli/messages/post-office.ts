import { ConfigurationError } from '../../contract/errors.js';
import type { NotifyConfiguration } from '../../contract/notify.js';
import type { Delivering } from '../../messages/deliver.js';
import { openReceiver } from '../../messages/open-receiver.js';
import type { OpenEnvironment } from '../open-environment.js';
import { findSecret } from '../find-secret.js';

type Office = Pick<OpenEnvironment, 'name' | 'configuration' | 'folder' | 'store' | 'clock' | 'by'>;

/** How this environment's messages are sent: by today's configuration, with secrets as they lie there now. */
export function postOffice({
  name,
  configuration,
  folder,
  store,
  clock,
  by,
}: Office): Omit<Delivering, 'outbox' | 'signal'> {
  const { receivers } = configuration.notify;
  return {
    store,
    environment: name,
    clock,
    by,
    async receiver(called) {
      const receiver = receivers[called];
      if (receiver === undefined) throw new ConfigurationError(`no receiver ${called} is configured any more`);
      return openReceiver(receiver, (place) => findSecret(place, folder), clock);
    },
    opensIssue: (called) => receivers[called]?.kind === 'github',
  };
}

/** The values of the receivers' secrets, as far as they can be found: none of them belongs into a record. */
export async function secretsOf({ receivers }: NotifyConfiguration, folder: string): Promise<readonly string[]> {
  const places = Object.values(receivers).flatMap((receiver) => {
    switch (receiver.kind) {
      case 'slack':
        return [receiver.url];
      case 'pagerduty':
        return [receiver.key];
      case 'email':
        return receiver.password ?? [];
      case 'webhook':
        return [receiver.secret];
      case 'github':
        return [receiver.token];
    }
  });
  const found = await Promise.all(places.map((place) => findSecret(place, folder).catch(() => undefined)));
  return found.filter((secret) => secret !== undefined);
}
