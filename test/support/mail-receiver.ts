import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly user: string | undefined;
  readonly source: string;
}

/** A mail server on loopback, over real SMTP. */
export class MailReceiver {
  readonly mails: Mail[] = [];
  /** 'refuse': answers every message with 451. */
  mood: 'take' | 'refuse' | 'hang' = 'take';
  readonly #server: SMTPServer;

  private constructor(login: { readonly user: string; readonly password: string } | undefined) {
    this.#server = new SMTPServer({
      authOptional: login === undefined,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: ({ username = '', password }, _session, done) => {
        if (username === login?.user && password === login.password) done(null, { user: username });
        else done(new Error(`no such login: ${username} ${String(password)}`));
      },
      onData: (stream, session, done) => {
        const pieces: Buffer[] = [];
        stream.on('data', (piece: Buffer) => pieces.push(piece));
        stream.on('end', () => {
          if (this.mood === 'hang') return;
          if (this.mood === 'refuse') {
            done(Object.assign(new Error('try again later'), { responseCode: 451 }));
            return;
          }
          const { mailFrom, rcptTo } = session.envelope;
          this.mails.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            user: typeof session.user === 'string' ? session.user : undefined,
            source: Buffer.concat(pieces).toString(),
          });
          done();
        });
      },
    });
    this.#server.on('error', () => undefined);
  }

  static async start(login?: { readonly user: string; readonly password: string }): Promise<MailReceiver> {
    const receiver = new MailReceiver(login);
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }
}
