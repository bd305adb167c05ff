import { post } from '../post.js';
import { NotTakenError, type Receiver } from '../receiver.js';

const leastSecret = 8;

/**
 * An incoming webhook (https://api.slack.com/messaging/webhooks). The text is a plain block, in which nothing is a
 * mention, a link or a format; the fallback for notifications is escaped as Slack asks for.
 */
export function slack(url: string): Receiver {
  return {
    async send({ title, text }, _thread, signal) {
      const whole = text === '' ? title : text;
      const body = JSON.stringify({
        text: escaped(title),
        blocks: [{ type: 'section', text: { type: 'plain_text', text: whole, emoji: false } }],
      });
      if (!URL.canParse(url)) throw new NotTakenError("its secret is no webhook's address");
      // Each part of the path opens the channel together with the others.
      const parts = new URL(url).pathname.split('/').filter((part) => part.length >= leastSecret);
      await post({ url, body, secrets: parts, signal });
      return {};
    },
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
