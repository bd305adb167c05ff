import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MailReceiver } from '../../../test/support/mail-receiver.js';
import type { Team } from '../team.js';
import { Github } from './github.js';
import { flagSchema, heardBy, heardByMail, type Heard } from './heard.js';
import { keyProblem } from './keys.js';

/** Everything that a team's release talks to beyond its own machine, on loopback: real HTTP and SMTP, recorded. */
export class StandIns {
  /** False: each of them tells the worst. */
  good = true;
  /** In which slot figures are bad then; the other one goes on as before. */
  badIn = 'blue';
  /** Figures that are told instead of their own, by name. */
  figures: Readonly<Record<string, number>> = {};
  #heard: Heard[] = [];
  readonly #usual: Team['figures'];
  /** Percent of users for whom it is on. */
  readonly #flags: Record<string, number> = {};
  readonly #mail: MailReceiver;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #github: Github | undefined;

  private constructor(figures: Team['figures'], mail: MailReceiver) {
    this.#usual = figures;
    this.#mail = mail;
  }

  static async open({ figures }: Team): Promise<StandIns> {
    const standIns = new StandIns(figures, await MailReceiver.start());
    standIns.#server.listen(0, '127.0.0.1');
    await once(standIns.#server, 'listening');
    standIns.#github = new Github(`${standIns.address}/github`);
    return standIns;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get mailAddress(): string {
    return this.#mail.url;
  }

  /** All that was told or changed since the last time. */
  takeHeard(): readonly Heard[] {
    const heard = [...this.#heard, ...this.#mail.mails.splice(0).map(heardByMail)];
    this.#heard = [];
    return heard;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
    await this.#mail.stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const { pathname } = new URL(request.url ?? '/', this.address);
    const [, who = '', ...rest] = pathname.split('/').map(decodeURIComponent);
    const [status, answer] = this.#take(request, who, rest, body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  }

  /** What shows no key, or can't be read, is turned away like the real one would, and nobody has heard it. */
  #take(request: IncomingMessage, who: string, rest: readonly string[], body: string): readonly [number, unknown] {
    const problem = keyProblem(who, request, body);
    if (problem !== undefined) return [401, { message: problem }];
    const { method = 'GET' } = request;
    try {
      const heard = method === 'GET' ? [] : heardBy(who, rest, body);
      const answer = this.#speak(method, who, rest, body);
      if (answer[0] < 300) this.#heard.push(...heard);
      return answer;
    } catch (error) {
      return [400, { message: error instanceof Error ? error.message : String(error) }];
    }
  }

  #speak(method: string, who: string, rest: readonly string[], body: string): readonly [number, unknown] {
    switch (who) {
      case 'monitoring':
        return this.#monitoring(rest);
      case 'status':
        return [200, { status: { indicator: this.good ? 'none' : 'major', description: 'as told by the example' } }];
      case 'duty':
        return [200, { people: this.good ? ['whoever is on duty'] : [] }];
      case 'github':
        return this.#github?.answer({ method, path: rest.slice(3), body }, this.good) ?? [503, {}];
      case 'flags':
        return this.#flag(method, rest[0] ?? '', body);
      case 'pager':
        return [202, { status: 'success', message: 'Event processed', dedup_key: 'example' }];
      default:
        return [200, { ok: true }];
    }
  }

  #monitoring([colour, name = '']: readonly string[]): readonly [number, unknown] {
    const figure = this.#usual[name];
    if (figure === undefined) return [404, {}];
    const told = colour === this.badIn ? this.figures[name] : undefined;
    return [200, { value: told ?? figure[this.good || colour !== this.badIn ? 0 : 1] }];
  }

  #flag(method: string, name: string, body: string): readonly [number, unknown] {
    if (method === 'PUT') {
      this.#flags[name] = flagSchema.parse(JSON.parse(body)).rollout;
    }
    const rollout = this.#flags[name] ?? 0;
    return [200, { rollout, enabled: rollout > 0 }];
  }
}
