import type { JsonObject } from '../../contract/json.js';
import { announcementOf } from '../../journal/announcements.js';
import { keepAttachment } from '../../journal/attachments.js';
import type { Questions } from '../../pipeline/questions.js';
import { findEnvironment } from '../find-environment.js';
import type { OpenEnvironment } from '../open-environment.js';
import { ifAnswered } from './if-answered.js';
import type { Redaction } from './redaction.js';

/** Loaded with the first item that is asked. `attach` keeps what a command printed; in the store when left out. */
export function questionsOf(
  { folder, clock, store, name, configuration }: OpenEnvironment,
  redaction: Redaction,
  attach = async (run: string, text: string): Promise<JsonObject> => ({ ...(await keepAttachment(store, run, text)) }),
): Questions {
  return {
    async ask(check, about, signal) {
      const { openQuestions } = await import('../../gates/open-questions.js');
      const questions = openQuestions({
        folder,
        clock,
        variables: process.env,
        redacting: redaction.pieces,
        settingsOf: (other) => settingsIn(folder, other),
        secretOf: (other, name) => secretIn(folder, other, name),
        announcement: ({ plan }) => announcementOf(store, name, plan.release?.version ?? ''),
        cloudWatch: async ({ minutes, region, ...metric }, signal) => {
          const { newestPeriod } = await import('../../platforms/aws/newest-period.js');
          const place = configuration.platform === 'aws' ? configuration : { endpoint: null, region: undefined };
          const where = { endpoint: place.endpoint, region: region ?? place.region };
          return newestPeriod(where, metric, minutes, clock.now(), signal);
        },
        attach,
      });
      return questions.ask(check, about, signal);
    },
  };
}

/** Of an environment of the same project; undefined where there is none, or it can't be read. */
async function settingsIn(folder: string, name: string): Promise<Readonly<Record<string, string>> | undefined> {
  return ifAnswered(async () => (await findEnvironment(name, folder)).configuration.settings);
}

async function secretIn(folder: string, other: string, name: string): Promise<string | undefined> {
  return ifAnswered(async () => {
    const { openEnvironment } = await import('../open-environment.js');
    const environment = await openEnvironment(other, folder);
    const reference = environment.configuration.secrets[name];
    const platform = await environment.platform(await environment.outputs());
    return reference && (await platform.secrets?.read?.(name, reference))?.value;
  });
}
