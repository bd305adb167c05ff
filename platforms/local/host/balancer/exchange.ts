import { request as httpRequest, STATUS_CODES } from 'node:http';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Colour } from '../../../../contract/colour.js';
import { Account } from './account.js';
import { passBody, responseOn } from './answer-body.js';
import { chooseByCohort, chooseByLot, cohortSetCookie, readBucket, understudy } from './choice.js';
import type { Choice } from './choice.js';
import type { Crossing, Purpose } from './crossing.js';
import { answerHeaders, headerLines, requestHeaders } from './headers.js';
import type { RawHeaders } from './headers.js';
import { balancerHeader } from './protocol.js';
import { hasBody, originForm, websocketOf } from './request-line.js';
import type { LiveTarget } from './targets.js';

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** A connection that its client asked to upgrade; node:http has let go of it. */
export interface Upgrade {
  readonly socket: Socket;
  readonly head: Buffer;
}

/** A request that came in by one of the doors. */
export interface Visit {
  readonly request: IncomingMessage;
  /** Absent with an upgrade. */
  readonly response: ServerResponse | undefined;
  readonly upgrade: Upgrade | undefined;
  readonly purpose: Purpose;
  readonly service: string;
  /** Whether the door is closing: the client is told to send its next request elsewhere. */
  readonly leaving: () => boolean;
}

/**
 * One request and its answer, from arrival to the last byte. A request is tried again only where nothing of it can
 * have been acted on: the connection was refused, or a kept-alive connection was reset before any byte of an answer
 * and the request is idempotent and has no body.
 */
export class Exchange {
  private target: LiveTarget | undefined;
  private upstream: ClientRequest | undefined;
  private tried: Set<LiveTarget> | undefined;
  private bucket: number | undefined;
  private answered = false;
  private over = false;
  private retried = false;
  private sentAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly method: string;
  private readonly hasBody: boolean;

  private readonly account: Account;
  private readonly crossing: Crossing;
  private readonly visit: Visit;
  private readonly request: IncomingMessage;
  private readonly upgrade: Upgrade | undefined;
  private readonly purpose: Purpose;
  private readonly service: string;
  private response: ServerResponse | undefined;

  constructor(crossing: Crossing, visit: Visit) {
    this.account = new Account(crossing, visit.purpose, visit.service);
    this.crossing = crossing;
    this.visit = visit;
    this.request = visit.request;
    this.response = visit.response;
    this.upgrade = visit.upgrade;
    this.purpose = visit.purpose;
    this.service = visit.service;
    this.method = visit.request.method ?? 'GET';
    this.hasBody = hasBody(visit.request);
  }

  /** `colour` is given on the test route only; users' slots are drawn by the weights. */
  begin(colour?: Colour): void {
    (this.response ?? this.upgrade?.socket)?.on('close', () => this.clientClosed());
    if (colour === undefined) this.choose();
    else this.account.enter(colour, false);
    this.attempt();
  }

  private choose(): void {
    const { state } = this.crossing.world;
    const route = state.routes[this.service];
    if (route === undefined) return;
    const choice: Choice =
      state.affinity === 'cohort'
        ? chooseByCohort(route.weights, this.bucket ?? readBucket(this.request.headers.cookie), this.crossing.random)
        : chooseByLot(route.weights, this.crossing.random);
    this.bucket ??= choice.bucket;
    this.account.enter(choice.colour, choice.independent);
  }

  private attempt(): void {
    const { targets, world } = this.crossing;
    const weights = world.state.routes[this.service]?.weights;
    if (weights === undefined) {
      this.answer(404, 'no-route');
      return;
    }
    // The traffic was shifted away between two attempts: a slot without weight gets nothing more.
    if (this.purpose !== 'test' && this.account.colour !== undefined && weights[this.account.colour] === 0)
      this.choose();
    if (this.account.colour === undefined) return;
    let target = targets.pick(this.account.colour, this.service, this.tried);
    if (target === undefined && this.purpose !== 'test') {
      const other = understudy(this.account.colour, weights, world.state.affinity);
      target = other === undefined ? undefined : targets.pick(other, this.service, this.tried);
      if (target !== undefined && other !== undefined) {
        // The visitor is served, but the slot that was chosen gave no answer: that counts against it.
        this.account.record(true, undefined);
        this.account.enter(other, false);
      }
    }
    target ??= targets.pickUnwell(this.account.colour, this.service, this.tried);
    if (target === undefined) {
      this.account.record(true, undefined);
      this.answer(this.tried === undefined ? 503 : 502, this.tried === undefined ? 'no-target' : 'unreachable');
    } else {
      this.send(target);
    }
  }

  private send(target: LiveTarget): void {
    this.target = target;
    target.inFlight += 1;
    const upgrade = this.upgrade === undefined ? undefined : websocketOf(this.request);
    const upstream = httpRequest({
      host: target.target.host,
      port: target.target.port,
      method: this.method,
      path: originForm(this.request),
      headers: requestHeaders(this.request, upgrade),
      // A second attempt must not meet another connection that is just as stale.
      agent: this.retried || upgrade !== undefined ? false : target.connections,
      setHost: false,
    });
    this.upstream = upstream;
    this.sentAt = this.crossing.monotonic();
    upstream.on('error', (error) => this.failed(upstream, error));
    upstream.on('response', (answer) => this.relay(upstream, answer));
    if (upgrade !== undefined) {
      upstream.on('upgrade', (answer: IncomingMessage, socket: Socket, head: Buffer) =>
        this.join(answer, socket, head),
      );
    }
    if (!this.hasBody) upstream.end();
    upstream.once('socket', (socket) => this.connecting(upstream, socket));
  }

  /** Nothing of a body is read before there is somebody to give it to, so that a refused connection loses nothing. */
  private connecting(upstream: ClientRequest, socket: Socket): void {
    if (!socket.connecting) {
      this.connected(upstream);
      return;
    }
    const { connectMilliseconds } = this.crossing.limits;
    const timer = setTimeout(() => {
      const error = new Error(`no connection within ${connectMilliseconds} ms`);
      upstream.destroy(Object.assign(error, { syscall: 'connect' }));
    }, connectMilliseconds);
    socket.once('close', () => clearTimeout(timer));
    socket.once('connect', () => {
      clearTimeout(timer);
      this.connected(upstream);
    });
  }

  private connected(upstream: ClientRequest): void {
    if (this.over || this.answered || upstream !== this.upstream) return;
    if (!this.hasBody) {
      this.awaitAnswer(upstream);
      return;
    }
    this.request.pipe(upstream);
    // A slow client's upload is not the slot's time.
    this.request.once('end', () => {
      this.sentAt = this.crossing.monotonic();
      if (!this.answered) this.awaitAnswer(upstream);
    });
  }

  private awaitAnswer(upstream: ClientRequest): void {
    this.timer = setTimeout(() => {
      if (this.answered || this.over || upstream !== this.upstream) return;
      this.account.record(true, this.crossing.monotonic() - this.sentAt);
      this.answer(504, 'no-answer-in-time');
      upstream.destroy();
    }, this.crossing.limits.answerMilliseconds);
  }

  private failed(upstream: ClientRequest, error: Error): void {
    if (this.over || this.answered || upstream !== this.upstream) return;
    clearTimeout(this.timer);
    const refused = 'syscall' in error && error.syscall === 'connect';
    const stale = upstream.reusedSocket && !this.hasBody && idempotent.has(this.method);
    if (!refused && !stale) {
      this.account.record(true, undefined);
      this.answer(502, 'no-answer');
      return;
    }
    if (refused && this.target !== undefined) {
      (this.tried ??= new Set()).add(this.target);
      this.target.checker.unreachable(`a request could not connect: ${error.message}`);
    } else {
      this.retried = true;
    }
    this.letGo();
    this.attempt();
  }

  private relay(upstream: ClientRequest, answer: IncomingMessage): void {
    clearTimeout(this.timer);
    if (this.over || this.answered || upstream !== this.upstream) {
      answer.resume();
      return;
    }
    this.answered = true;
    const status = answer.statusCode ?? 502;
    this.account.record(status >= 500, this.crossing.monotonic() - this.sentAt);
    this.target?.connections.hear(answer.rawHeaders);
    const response = this.plainResponse();
    const headers = answerHeaders(answer);
    this.addCookie(headers);
    if (this.visit.leaving()) response.shouldKeepAlive = false;
    try {
      response.writeHead(status, answer.statusMessage ?? '', headers);
    } catch {
      // Something in the slot's head that may not be passed on.
      this.account.brokeOff();
      this.answered = false;
      this.answer(502, 'unreadable-answer');
      upstream.destroy();
      return;
    }
    passBody(answer, response, (whole) => {
      if (whole) this.dropRestOfRequest(upstream);
      else if (!this.over) {
        this.account.brokeOff();
        response.destroy();
      }
    });
  }

  /** The slot may have answered without reading all of the body. */
  private dropRestOfRequest(upstream: ClientRequest): void {
    if (!this.hasBody || this.request.readableEnded) return;
    this.request.unpipe(upstream);
    this.request.resume();
    upstream.destroy();
  }

  /** The slot agreed to the upgrade: from here on bytes go both ways. */
  private join(answer: IncomingMessage, slot: Socket, head: Buffer): void {
    clearTimeout(this.timer);
    const client = this.upgrade?.socket;
    if (this.over || client === undefined || client.destroyed || this.account.colour === undefined) {
      slot.destroy();
      return;
    }
    this.answered = true;
    this.account.record(false, this.crossing.monotonic() - this.sentAt);
    const headers = answerHeaders(answer);
    headers.push('Connection', 'Upgrade', 'Upgrade', answer.headers.upgrade ?? 'websocket');
    this.addCookie(headers);
    client.write(`HTTP/1.1 101 Switching Protocols\r\n${headerLines(headers)}\r\n`, 'latin1');
    if (head.length > 0) slot.unshift(head);
    if (this.upgrade !== undefined && this.upgrade.head.length > 0) client.unshift(this.upgrade.head);
    // The tunnel's end is the client's close, which ends this exchange too.
    this.crossing.tunnels.join({ colour: this.account.colour, client, slot });
  }

  /** What the balancer itself says. */
  private answer(status: number, because: string): void {
    if (this.over || this.answered) return;
    this.answered = true;
    const response = this.plainResponse();
    if (this.hasBody) this.request.unpipe();
    if (this.visit.leaving()) response.shouldKeepAlive = false;
    const headers = ['Content-Type', 'text/plain; charset=utf-8', balancerHeader, because];
    this.addCookie(headers);
    const body = `${status} ${because}\n`;
    // With a reason of our own: one that was refused a moment ago may still stand there.
    const reason = STATUS_CODES[status] ?? '';
    response.writeHead(status, reason, [...headers, 'Content-Length', String(Buffer.byteLength(body))]);
    response.end(this.method === 'HEAD' ? undefined : body);
    if (this.hasBody) this.request.resume();
  }

  private addCookie(headers: RawHeaders): void {
    if (this.bucket !== undefined && this.purpose === 'user') headers.push('Set-Cookie', cohortSetCookie(this.bucket));
  }

  private clientClosed(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    if (!this.answered) {
      // The client left before the answer: no error, and the slot took at least as long as it waited.
      this.account.record(false, this.crossing.monotonic() - this.sentAt);
      this.upstream?.destroy();
    } else if (this.response !== undefined && !this.response.writableFinished) {
      this.upstream?.destroy();
    }
    this.letGo();
    this.account.leave();
  }

  private letGo(): void {
    if (this.target !== undefined) this.target.inFlight -= 1;
    this.target = undefined;
  }

  private plainResponse(): ServerResponse {
    const { upgrade } = this.visit;
    this.response ??= upgrade === undefined ? undefined : responseOn(upgrade.socket, this.request);
    if (this.response === undefined) throw new Error('a visit has a response or an upgrade');
    return this.response;
  }
}
