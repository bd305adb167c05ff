import { z } from 'zod';
import { post } from '../post.js';
import { NotTakenError, type Receiver } from '../receiver.js';

const issueSchema = z.object({ html_url: z.url() });

export interface IssuePlace {
  readonly api: string;
  readonly repository: string;
  readonly labels: readonly string[];
}

/**
 * The first message about a run opens an issue, what follows comments on it
 * (https://docs.github.com/en/rest/issues/issues#create-an-issue). The text stands in a block of code: there nobody is
 * mentioned, nothing is a link and no image is loaded, whatever a step has printed.
 */
export function githubIssue({ api, repository, labels }: IssuePlace, token: string): Receiver {
  const issues = `${api.replace(/\/+$/, '')}/repos/${repository}/issues`;
  const headers = {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${token}`,
    'x-github-api-version': '2022-11-28',
  };
  return {
    async send({ title, text }, thread, signal) {
      const number = /\/issues\/(\d+)$/.exec(thread ?? '')?.[1];
      if (number !== undefined && thread !== undefined) {
        const body = JSON.stringify({ body: fenced(text) });
        await post({ url: `${issues}/${number}/comments`, headers, body, secrets: [token], signal });
        return { reference: thread };
      }
      const body = JSON.stringify({ title, body: fenced(text), labels });
      return { reference: addressIn(await post({ url: issues, headers, body, secrets: [token], signal })) };
    },
  };
}

/** Longer than any fence in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}\n`;
}

function addressIn(answer: string): string {
  try {
    return issueSchema.parse(JSON.parse(answer)).html_url;
  } catch {
    throw new NotTakenError('answered with something that is no issue');
  }
}
