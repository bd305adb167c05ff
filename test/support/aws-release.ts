import { digestOf } from '../../contract/json.js';
import { parse } from '../../contract/parse.js';
import { settingsOf } from '../../contract/settings.js';
import { slotInputSchema, type SlotInput } from '../../contract/slot-input.js';

const registry = '222222222222.dkr.ecr.eu-central-1.amazonaws.com';

/** A release of the shop for these services, each with an image of its own. */
export function awsSlotInput(version = '1.4.0', services = ['api', 'web', 'worker', 'scheduler']): SlotInput {
  return parse(
    slotInputSchema,
    {
      run: 'run-1',
      release: {
        format: 1,
        version,
        commit: { sha: 'a'.repeat(40), author: 'ada@example.com' },
        createdAt: '2026-01-01T12:00:00.000Z',
        artifacts: Object.fromEntries(
          services.map((name) => [
            name,
            { digest: digestOf(`${name} ${version}`), reference: `${registry}/shop/${name}:${version}` },
          ]),
        ),
      },
      settings: settingsOf({
        values: { LOG_LEVEL: 'info' },
        secrets: {
          SECRET_KEY: { reference: 'arn:aws:secretsmanager:eu-central-1:222222222222:secret:k-Ab12Cd', version: 'v-1' },
        },
      }),
      replicas: { api: 5, worker: 2 },
    },
    'slot input',
  );
}
