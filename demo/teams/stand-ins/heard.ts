import { z } from 'zod';
import type { Mail } from '../../../test/support/mail-receiver.js';

/** What somebody was told, or which flag was set. */
export interface Heard {
  /** The last part of their address: chat, pager, issues, flags, or as the stack file names them. */
  readonly receiver: string;
  readonly text: string;
}

const slackSchema = z.object({ blocks: z.array(z.object({ text: z.object({ text: z.string() }) })).min(1) });
const pagerSchema = z.object({
  event_action: z.enum(['trigger', 'resolve']),
  payload: z.object({ severity: z.string(), custom_details: z.object({ text: z.string() }) }),
});
const issueSchema = z.object({ title: z.string().optional(), body: z.string() });
const hookSchema = z.object({ text: z.string() });
/** As the example's stack file has flags written. */
export const flagSchema = z.strictObject({ rollout: z.number().min(0).max(100), enabled: z.boolean() });

/** The words of one request, whatever form its receiver wants them in; throws where they have another one. */
export function heardBy(who: string, path: readonly string[], body: string): Heard[] {
  const said: unknown = JSON.parse(body);
  switch (who) {
    case 'chat':
      return [
        {
          receiver: who,
          text: slackSchema
            .parse(said)
            .blocks.map(({ text }) => text.text)
            .join('\n'),
        },
      ];
    case 'pager': {
      const { event_action: action, payload } = pagerSchema.parse(said);
      return [{ receiver: who, text: `${action} ${payload.severity}: ${payload.custom_details.text}` }];
    }
    case 'github': {
      if (!path.includes('issues')) return [];
      const { title, body: words } = issueSchema.parse(said);
      return [{ receiver: 'issues', text: title === undefined ? `comment: ${words}` : `${title}\n${words}` }];
    }
    case 'flags':
      return [{ receiver: who, text: `${path[0] ?? ''} ${flagSchema.parse(said).rollout} %` }];
    default:
      return [{ receiver: who, text: hookSchema.parse(said).text }];
  }
}

/** The receiver is whoever stands before the @. */
export function heardByMail({ to, source }: Mail): Heard {
  const [, headers = '', body = ''] = /^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(source) ?? [];
  const quoted = /^content-transfer-encoding: *quoted-printable/im.test(headers);
  const text = quoted ? unquoted(body) : body;
  return { receiver: to.map((address) => address.replace(/@.*/, '')).join(', '), text: text.replaceAll('\r\n', '\n') };
}

/** RFC 2045, section 6.7. */
function unquoted(text: string): string {
  const joined = text.replace(/=\r?\n/g, '');
  const bytes = joined.replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
