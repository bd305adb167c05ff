import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Team } from './team.js';

/** One request that a stand-in was sent. */
export interface Sent {
  readonly path: string;
  readonly body: string;
}

/** Everything that a team's release talks to beyond its own machine, on loopback: real HTTP, recorded. */
export class StandIns {
  /** False: each of them tells the worst. */
  good = true;
  /** In which slot figures are bad then; the other one goes on as before. */
  badIn = 'blue';
  readonly sent: Sent[] = [];
  readonly #figures: Team['figures'];
  /** The commit that was asked about last. */
  #commit = '';
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  private constructor(figures: Team['figures']) {
    this.#figures = figures;
  }

  static async open({ figures }: Team): Promise<StandIns> {
    const standIns = new StandIns(figures);
    standIns.#server.listen(0, '127.0.0.1');
    await once(standIns.#server, 'listening');
    return standIns;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { pathname } = new URL(request.url ?? '/', this.address);
    if (request.method !== 'GET') this.sent.push({ path: pathname, body });
    const [status, answer] = this.#speak(request.method ?? 'GET', pathname, body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  #speak(method: string, path: string, body: string): [status: number, answer: unknown] {
    const [, who = '', ...rest] = path.split('/').map(decodeURIComponent);
    switch (who) {
      case 'monitoring':
        return this.#monitoring(rest);
      case 'status':
        return [200, { status: { indicator: this.good ? 'none' : 'major', description: 'as told by the example' } }];
      case 'duty':
        return [200, { people: this.good ? ['whoever is on duty'] : [] }];
      case 'github':
        return this.#github(method, rest, body);
      case 'pager':
        return [202, { status: 'success', message: 'Event processed', dedup_key: 'example' }];
      default:
        return [200, { ok: true }];
    }
  }

  #monitoring([colour, name = '']: readonly string[]): [number, unknown] {
    const figure = this.#figures[name];
    const good = this.good || colour !== this.badIn;
    return figure === undefined ? [404, {}] : [200, { value: figure[good ? 0 : 1] }];
  }

  /** Of the repository of the example: one pull request that brought whichever commit is asked about. */
  #github(method: string, [, , , ...path]: readonly string[], body: string): [number, unknown] {
    const { good } = this;
    const [what = '', sha = '', part = ''] = path;
    if (what === 'commits') this.#commit = sha;
    if (what === 'issues' && method === 'POST') return [201, { number: 1, html_url: `${this.address}/issues/1` }];
    if (method === 'POST' && body.includes('reviewThreads')) return [200, threads(good)];
    if (what === 'commits' && part === 'check-runs') return [200, { check_runs: checks(good) }];
    if (what === 'commits' && part === 'statuses') return [200, []];
    if (what === 'commits' && part === 'pulls') {
      const pull = { number: 7, user: { login: 'author' }, head: { sha }, merge_commit_sha: sha };
      return [200, [{ ...pull, merged_at: good ? '2026-01-01T00:00:00Z' : null }]];
    }
    if (what === 'pulls' && part === 'reviews') return [200, reviews(good, this.#commit)];
    if (what === 'pulls' && part === 'commits') return [200, [{ author: { login: 'author' }, committer: null }]];
    if (what === 'pulls') return [200, { mergeable: good }];
    return [404, {}];
  }
}

function checks(good: boolean): unknown[] {
  const conclusion = good ? 'success' : 'failure';
  const run = (name: string, title: string) => ({ name, status: 'completed', conclusion, output: { title } });
  return [run('tests', 'all of them'), run('e2e', 'all of them'), run('coverage', `${good ? 93 : 41} % of lines`)];
}

function reviews(good: boolean, commit: string): unknown[] {
  return ['first-reviewer', 'second-reviewer'].map((login) => ({
    user: { login },
    state: good ? 'APPROVED' : 'CHANGES_REQUESTED',
    commit_id: commit,
  }));
}

function threads(good: boolean): unknown {
  const reviewThreads = { nodes: [{ isResolved: good }], pageInfo: { hasNextPage: false, endCursor: null } };
  return { data: { repository: { pullRequest: { reviewThreads } } } };
}
