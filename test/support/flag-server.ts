import { HttpReceiver, type Answer, type Received } from './http-receiver.js';

interface Strategy {
  readonly id: string;
  readonly name: string;
  readonly parameters: Record<string, unknown>;
}

interface UnleashFlag {
  enabled: boolean;
  strategies: Strategy[];
}

const unleashPath = /^\/api\/admin\/projects\/default\/features\/([^/]+)\/environments\/production(?:\/(.*))?$/;

/** Unleash's admin API over real HTTP, as far as a flag's environment goes; keeps state. */
export class UnleashServer {
  readonly flags: Record<string, UnleashFlag> = {};
  readonly http: HttpReceiver;

  private constructor(http: HttpReceiver) {
    this.http = http;
    http.answer = (request) => this.#answer(request);
  }

  static async start(): Promise<UnleashServer> {
    return new UnleashServer(await HttpReceiver.start());
  }

  add(flag: string, rollout: number, enabled = true): void {
    const parameters = { rollout: String(rollout), stickiness: 'default', groupId: flag };
    this.flags[flag] = { enabled, strategies: [{ id: 's1', name: 'flexibleRollout', parameters }] };
  }

  #answer({ method, path, headers, body }: Received): Answer {
    if (headers.authorization !== 'user:secret') return { status: 401, body: '{"name":"AuthenticationRequired"}' };
    const [, name = '', rest = ''] = unleashPath.exec(path) ?? [];
    const flag = this.flags[decodeURIComponent(name)];
    if (flag === undefined) return { status: 404, body: '{}' };
    if (method === 'GET' && rest === '') return { status: 200, body: JSON.stringify({ name: 'production', ...flag }) };
    if (method === 'POST' && (rest === 'on' || rest === 'off')) {
      flag.enabled = rest === 'on';
      return { status: 200 };
    }
    const id = /^strategies\/(.+)$/.exec(rest)?.[1];
    if (method !== 'PUT' || id === undefined) return { status: 405 };
    flag.strategies = flag.strategies.map((each) => (each.id === id ? (JSON.parse(body) as Strategy) : each));
    return { status: 200, body: '{}' };
  }
}
