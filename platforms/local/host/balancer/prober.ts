import { Agent, request } from 'node:http';
import type { Colour } from '../../../../contract/colour.js';
import { balancerHeader, probeHeader } from './protocol.js';
import type { Answer } from './protocol.js';

const together = 16;
const answerWithinMilliseconds = 5_000;

/** Sends the balancer's own requests through the users' port, and learns which slots they chose. */
export class Prober {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: together });
  private chosen = new Map<string, { blue: number; green: number }>();
  private queue: Promise<unknown> = Promise.resolve();

  private readonly secret: string;
  private readonly port: () => number;

  constructor(secret: string, port: () => number) {
    this.secret = secret;
    this.port = port;
  }

  /** Called for each probe when its slot is drawn. */
  note(service: string, colour: Colour): void {
    const chosen = this.chosen.get(service);
    if (chosen !== undefined) chosen[colour] += 1;
  }

  /** One batch at a time. */
  send(service: string, path: string, count: number): Promise<Answer<'probe'>> {
    const turn = this.queue.then(async () => {
      const chosen = { blue: 0, green: 0 };
      this.chosen.set(service, chosen);
      let left = count;
      let unanswered = 0;
      const worker = async (): Promise<void> => {
        while (left > 0) {
          left -= 1;
          if (!(await this.sendOne(service, path))) unanswered += 1;
        }
      };
      await Promise.all(Array.from({ length: Math.min(together, count) }, worker));
      this.chosen.delete(service);
      return { chosen, unanswered };
    });
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  close(): void {
    this.agent.destroy();
  }

  /** False: no slot answered. */
  private sendOne(service: string, path: string): Promise<boolean> {
    return new Promise((resolve) => {
      const call = request(
        {
          host: '127.0.0.1',
          port: this.port(),
          path,
          agent: this.agent,
          headers: { [probeHeader]: `${this.secret} ${service}` },
          signal: AbortSignal.timeout(answerWithinMilliseconds),
        },
        (answer) => {
          answer.resume();
          answer.on('close', () => resolve(answer.headers[balancerHeader] === undefined));
        },
      );
      call.on('error', () => resolve(false));
      call.end();
    });
  }
}
