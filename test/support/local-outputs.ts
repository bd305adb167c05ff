import { localOutputsSchema, type LocalOutputs } from '../../contract/outputs.js';
import { serviceSchema } from '../../contract/service.js';
import { settingsOf } from '../../contract/settings.js';
import { slotInputSchema, type SlotInput } from '../../contract/slot-input.js';

/** Outputs of a local environment that was never up: routed services, except those called worker or scheduler. */
export function localOutputs(services: readonly string[], changes: object = {}, directory = '/shop'): LocalOutputs {
  return localOutputsSchema.parse({
    format: 1,
    environment: 'local',
    platform: 'local',
    directory,
    artifacts: `${directory}/artifacts`,
    balancer: {
      url: 'http://127.0.0.1:8080',
      adminSocket: `${directory}/admin.sock`,
      testSocket: `${directory}/test.sock`,
    },
    database: null,
    services: Object.fromEntries(services.map((name) => [name, { ...definition(name), ...changes }])),
  });
}

export function slotInput(
  version: string,
  services: readonly string[],
  values: Readonly<Record<string, string>> = { GREETING: 'hello' },
): SlotInput {
  const artifact = { digest: `sha256:${version.replace(/\D/g, '').padStart(64, '0')}`, reference: 'folder' };
  return slotInputSchema.parse({
    run: `run-of-${version}`,
    release: {
      format: 1,
      version,
      commit: { sha: '0'.repeat(40), author: 'somebody' },
      createdAt: '2026-01-01T00:00:00Z',
      artifacts: Object.fromEntries(services.map((service) => [service, artifact])),
    },
    settings: settingsOf({ values: { ...values }, secrets: {} }),
    replicas: {},
  });
}

function definition(name: string): object {
  const command = ['node', 'server.cjs'];
  if (name === 'worker') return serviceSchema.parse({ kind: 'background', command });
  if (name === 'scheduler') return serviceSchema.parse({ kind: 'singleton', command });
  return serviceSchema.parse({ kind: 'routed', command, path: `/${name}` });
}
