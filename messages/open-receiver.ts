import type { ReceiverConfiguration } from '../contract/notify.js';
import type { Clock } from '../pipeline/ports/clock.js';
import type { Receiver } from './receiver.js';

/** Finds the secret that lies there. Throws an OperatorError that names the place only. */
export type FindSecret = (place: string) => Promise<string>;

/** Loads what this kind needs, and its secret, when something is sent: a wrong one delays no run. */
export async function openReceiver(
  configuration: ReceiverConfiguration,
  secret: FindSecret,
  clock: Pick<Clock, 'now'>,
): Promise<Receiver> {
  switch (configuration.kind) {
    case 'slack': {
      const { slack } = await import('./receivers/slack.js');
      return slack(await secret(configuration.url));
    }
    case 'pagerduty': {
      const { pagerduty } = await import('./receivers/pagerduty.js');
      return pagerduty(await secret(configuration.key), configuration.url);
    }
    case 'email': {
      const { email } = await import('./receivers/email.js');
      const { server, user, password, sender, to } = configuration;
      const login =
        user !== undefined && password !== undefined ? { user, password: await secret(password) } : undefined;
      return email({ server, login, sender, to });
    }
    case 'webhook': {
      const { webhook } = await import('./receivers/webhook.js');
      return webhook(configuration.url, await secret(configuration.secret), clock);
    }
    case 'github': {
      const { githubIssue } = await import('./receivers/github-issue.js');
      return githubIssue(configuration, await secret(configuration.token));
    }
  }
}
