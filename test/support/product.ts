import { digestOf } from '../../contract/json.js';
import type { EnvironmentOutputs } from '../../contract/outputs.js';
import { parse } from '../../contract/parse.js';
import { releaseSchema, type Release } from '../../contract/release.js';
import { rulesSchema, type Rules } from '../../contract/rules.js';
import { servicesSchema, type Services } from '../../contract/service.js';
import { settingsOf, type Settings } from '../../contract/settings.js';

/** Two routed services and a queue worker, as most tests need them. */
export function someServices(): Services {
  return parse(
    servicesSchema,
    {
      api: { kind: 'routed', path: '/api', replicas: 2, warmUp: ['/api/warm'], smoke: [{ path: '/api/version' }] },
      web: { kind: 'routed', path: '/' },
      worker: { kind: 'background' },
    },
    'test',
  );
}

export function someRelease(version: string, changes: Partial<Release> = {}): Release {
  const artifact = (service: string) => ({
    digest: digestOf(`${service} ${version}`),
    reference: `${service}@${version}`,
  });
  const release = {
    format: 1,
    version,
    commit: { sha: '0123456789abcdef', author: 'Ada' },
    createdAt: '2026-01-01T00:00:00Z',
    artifacts: { api: artifact('api'), web: artifact('web'), worker: artifact('worker') },
    ...changes,
  };
  return parse(releaseSchema, release, 'test');
}

export function someRules(changes: Record<string, unknown> = {}): Rules {
  return parse(rulesSchema, { hold: '30s', bake: '60s', unknownFor: '5m', ...changes }, 'test');
}

export function someSettings(): Settings {
  return settingsOf({ values: { LOG_LEVEL: 'info' }, secrets: {} });
}

export function localOutputs(services: Services): EnvironmentOutputs {
  return {
    format: 1,
    platform: 'local',
    environment: 'local',
    services,
    directory: '/var/crossfade',
    artifacts: '/var/crossfade/artifacts',
    balancer: {
      url: 'http://127.0.0.1:8080',
      adminSocket: '/var/crossfade/admin.sock',
      testSocket: '/var/crossfade/test.sock',
    },
    database: { host: '127.0.0.1', port: 5432, name: 'shop', user: 'app', passwordFile: '/var/crossfade/app.password' },
  };
}
