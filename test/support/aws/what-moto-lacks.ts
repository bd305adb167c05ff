import type { Asked, Reply } from '../fault-proxy.js';
import { readWords, writeWords } from './cloudwatch-words.js';

interface Lack {
  readonly what: string;
  /** Undefined: another call than these, or one that moto can answer. */
  answer(asked: Asked): Reply | undefined;
}

const json = (body: object): Reply => ({ type: 'application/x-amz-json-1.1', body: JSON.stringify(body) });

/**
 * What moto 5.2.5 can't do and the programs need, done here: kept in memory, and only as much as a provider reads back.
 * `used` says by name how often each was needed.
 */
export class MotoLacks {
  readonly used = new Map<string, number>();
  readonly #lacks: readonly Lack[];

  constructor(place: { readonly region: string; readonly accountId: string }) {
    this.#lacks = [new CompositeAlarms(place), new BackupSelections(), new ScalingTags(), new HealthyTargets()];
  }

  readonly answer = (asked: Asked): Reply | undefined => {
    for (const lack of this.#lacks) {
      const reply = lack.answer(asked);
      if (!reply) continue;
      this.used.set(lack.what, (this.used.get(lack.what) ?? 0) + 1);
      return reply;
    }
    return undefined;
  };
}

type CompositeAlarm = Readonly<Record<string, unknown>> & {
  readonly AlarmName: string;
  readonly AlarmArn: string;
  readonly Tags: readonly object[];
};

const kept = ['AlarmRule', 'AlarmDescription', 'AlarmActions', 'OKActions', 'InsufficientDataActions'] as const;

/** PutCompositeAlarm is not there; alarms of metrics are moto's. */
class CompositeAlarms implements Lack {
  readonly what = 'CloudWatch: composite alarms';
  readonly #place: { readonly region: string; readonly accountId: string };
  readonly #alarms = new Map<string, CompositeAlarm>();

  constructor(place: { readonly region: string; readonly accountId: string }) {
    this.#place = place;
  }

  answer(asked: Asked): Reply | undefined {
    switch (asked.action) {
      case 'PutCompositeAlarm':
        this.#put(readWords(asked));
        return writeWords(asked, {});
      case 'DescribeAlarms':
        return this.#describe(asked);
      case 'DeleteAlarms':
        return this.#delete(asked);
      case 'ListTagsForResource':
      case 'TagResource':
      case 'UntagResource':
        return this.#tags(asked);
      default:
        return undefined;
    }
  }

  #put(words: Readonly<Record<string, unknown>>): void {
    const name = String(words['AlarmName']);
    const { region, accountId } = this.#place;
    const said = kept.flatMap((key) => (words[key] === undefined ? [] : [[key, words[key]] as const]));
    this.#alarms.set(name, {
      AlarmName: name,
      AlarmArn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,
      ActionsEnabled: words['ActionsEnabled'] !== false && words['ActionsEnabled'] !== 'false',
      StateValue: 'OK',
      Tags: (words['Tags'] ?? []) as readonly object[],
      ...Object.fromEntries(said),
    });
  }

  #describe(asked: Asked): Reply | undefined {
    const words = readWords(asked);
    const types = (words['AlarmTypes'] ?? []) as readonly string[];
    if (!types.includes('CompositeAlarm')) return undefined;
    const names = words['AlarmNames'] as readonly string[] | undefined;
    const found = [...this.#alarms.values()].filter(({ AlarmName }) => names?.includes(AlarmName) ?? true);
    return writeWords(asked, { CompositeAlarms: found, MetricAlarms: [] });
  }

  #delete(asked: Asked): Reply | undefined {
    const names = (readWords(asked)['AlarmNames'] ?? []) as readonly string[];
    if (!names.some((name) => this.#alarms.has(name))) return undefined;
    for (const name of names) this.#alarms.delete(name);
    return writeWords(asked, {});
  }

  #tags(asked: Asked): Reply | undefined {
    // Other services have actions of these names as well, in protocols that are not CloudWatch's.
    if (!/GraniteService/.test(`${asked.target} ${asked.path}`) && !asked.body.includes('Action=')) return undefined;
    const words = readWords(asked);
    const arn = words['ResourceARN'];
    const found = [...this.#alarms.values()].find(({ AlarmArn }) => AlarmArn === arn);
    if (found === undefined) return undefined;
    if (asked.action === 'TagResource')
      this.#alarms.set(found.AlarmName, { ...found, Tags: words['Tags'] as object[] });
    return writeWords(asked, asked.action === 'ListTagsForResource' ? { Tags: found.Tags } : {});
  }
}

/** Backup plans and vaults are there, what they are for is not. */
class BackupSelections implements Lack {
  readonly what = 'AWS Backup: selections, and what is in a vault';
  readonly #selections = new Map<string, object>();

  answer({ method, path, body }: Asked): Reply | undefined {
    if (method === 'GET' && /^\/backup-vaults\/[^/]+\/recovery-points\/?$/.test(path)) {
      return json({ RecoveryPoints: [] });
    }
    const [, plan = '', id = ''] = /^\/backup\/plans\/([^/]+)\/selections\/?([^/]*)$/.exec(path) ?? [];
    if (plan === '') return undefined;
    switch (method) {
      case 'PUT': {
        const made = `selection-${this.#selections.size + 1}`;
        const said = JSON.parse(body.toString()) as { BackupSelection: object };
        this.#selections.set(made, said.BackupSelection);
        return json({ SelectionId: made, BackupPlanId: plan, CreationDate: 1_767_225_600 });
      }
      case 'GET':
        return json({ SelectionId: id, BackupPlanId: plan, BackupSelection: this.#selections.get(id) ?? {} });
      case 'DELETE':
        this.#selections.delete(id);
        return json({});
      default:
        return undefined;
    }
  }
}

/** Targets and policies of scaling are there, their tags are not. */
class ScalingTags implements Lack {
  readonly what = 'Application Auto Scaling: tags';
  readonly #tags = new Map<string, Readonly<Record<string, string>>>();

  answer({ target, body }: Asked): Reply | undefined {
    const action = /^AnyScaleFrontendService\.(TagResource|UntagResource|ListTagsForResource)$/.exec(target)?.[1];
    if (action === undefined) return undefined;
    const words = JSON.parse(body.toString()) as { ResourceARN: string; Tags?: Record<string, string> };
    if (action === 'TagResource') this.#tags.set(words.ResourceARN, { ...words.Tags });
    return json(action === 'ListTagsForResource' ? { Tags: this.#tags.get(words.ResourceARN) ?? {} } : {});
  }
}

/** ECS registers no targets there, since it runs no tasks. */
class HealthyTargets implements Lack {
  readonly what = 'Load balancing: targets that are registered and healthy';

  answer(asked: Asked): Reply | undefined {
    if (asked.action !== 'DescribeTargetHealth') return undefined;
    const healthy = { Target: { Id: '10.0.0.10', Port: 8080 }, TargetHealth: { State: 'healthy' } };
    return writeWords(asked, { TargetHealthDescriptions: [healthy] });
  }
}
