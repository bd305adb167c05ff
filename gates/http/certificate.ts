import { connect, rootCertificates } from 'node:tls';
import { describeDuration } from '../../contract/duration.js';
import type { Verdict } from '../../contract/verdict.js';
import { no, unknown, yes } from '../answer.js';
import { guardedLookup, refusedHost } from './reach.js';

const within = 10_000;
const untrusted = /^(?:CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_TLS_CERT)/;

/** Trusted, for this name, and valid for so long (milliseconds) from now. */
export async function askCertificate(
  url: URL,
  validFor: number,
  options: { readonly now: Date; readonly authorities: readonly string[]; readonly signal: AbortSignal },
): Promise<Verdict> {
  if (url.protocol !== 'https:') return no(`${url.origin} has no certificate: it is no https`);
  const refused = refusedHost(url.hostname);
  if (refused !== undefined) return unknown(refused);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const seen = await endOf({ host, port: Number(url.port || 443), ...options });
  if ('error' in seen) {
    const { code, message } = seen.error;
    return code !== undefined && untrusted.test(code)
      ? no(`the certificate of ${url.host} is not trusted: ${message}`)
      : unknown(`${url.host}: ${message}`);
  }
  const left = seen.until.getTime() - options.now.getTime();
  const evidence = { validUntil: seen.until.toISOString() };
  const said = `the certificate of ${url.host} is valid until ${seen.until.toISOString()}`;
  return left >= validFor ? yes(said, evidence) : no(`${said}, less than ${describeDuration(validFor)}`, evidence);
}

interface Meeting {
  readonly host: string;
  readonly port: number;
  readonly authorities: readonly string[];
  readonly signal: AbortSignal;
}

type Seen = { readonly until: Date } | { readonly error: Error & { readonly code?: string } };

function endOf({ host, port, authorities, signal }: Meeting): Promise<Seen> {
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      servername: /^[\d.:]+$/.test(host) ? '' : host,
      lookup: guardedLookup,
      timeout: within,
      ...(authorities.length === 0 ? {} : { ca: [...rootCertificates, ...authorities] }),
    });
    const finish = (seen: Seen): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(seen);
    };
    const onAbort = (): void => finish({ error: new Error('was stopped before it answered') });
    signal.addEventListener('abort', onAbort, { once: true });
    socket.once('secureConnect', () => finish({ until: new Date(socket.getPeerCertificate().valid_to) }));
    socket.once('timeout', () => finish({ error: new Error(`no answer within ${within / 1_000} s`) }));
    socket.once('error', (error: Error & { readonly code?: string }) => finish({ error }));
  });
}
