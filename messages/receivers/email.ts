import { createTransport } from 'nodemailer';
import { sendWithin } from '../post.js';
import { NotTakenError, type Receiver } from '../receiver.js';

export interface Mailing {
  /** smtps://host:465 or smtp://host:587. */
  readonly server: string;
  readonly login: { readonly user: string; readonly password: string } | undefined;
  readonly sender: string;
  readonly to: readonly string[];
}

const loopback = /^(?:127\.|localhost$|\[?::1\]?$)/;

/** Plain text by SMTP. Without TLS only to this machine; all about a run is one conversation. */
export function email({ server, login, sender, to }: Mailing): Receiver {
  const { protocol, hostname, port } = new URL(server);
  const secure = protocol === 'smtps:';
  const domain = sender.slice(sender.lastIndexOf('@') + 1);
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !loopback.test(hostname),
    ignoreTLS: !secure && loopback.test(hostname),
    ...(login ? { auth: { user: login.user, pass: login.password } } : {}),
    connectionTimeout: sendWithin,
    greetingTimeout: sendWithin,
    socketTimeout: sendWithin,
    dnsTimeout: sendWithin,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ id, run, environment, title, text }, _thread, signal) {
      const about = run ?? environment;
      const mail = {
        from: sender,
        to: [...to],
        subject: title,
        text,
        messageId: `<${about}.${id}@${domain}>`,
        references: `<${about}@${domain}>`,
      };
      await within(transport.sendMail(mail), signal, () => {
        transport.close();
      });
      return {};
    },
  };
}

/** Each part of the exchange has its time-out; this one bounds the whole. */
async function within(sending: Promise<unknown>, signal: AbortSignal, close: () => void): Promise<void> {
  const late = AbortSignal.any([AbortSignal.timeout(sendWithin), signal]);
  const stopped = new Promise<never>((_, reject) => {
    late.addEventListener('abort', () => reject(new NotTakenError('the mail server did not answer in time')), {
      once: true,
    });
  });
  try {
    await Promise.race([sending, stopped]);
  } catch (error) {
    if (error instanceof NotTakenError) throw error;
    throw new NotTakenError(`the mail server did not take it${codesOf(error)}`);
  } finally {
    sending.catch(() => undefined);
    close();
  }
}

/** Codes only: the words of a failed login may quote what was sent. */
function codesOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const codes = [
    'code' in error && typeof error.code === 'string' ? error.code : '',
    'responseCode' in error && typeof error.responseCode === 'number' ? String(error.responseCode) : '',
  ].filter((code) => code !== '');
  return codes.length === 0 ? '' : `: ${codes.join(' ')}`;
}
