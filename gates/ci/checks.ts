import { z } from 'zod';
import type { Verdict } from '../../contract/verdict.js';
import { no, unknown, yes } from '../answer.js';
import type { CiQuestion } from '../ci.js';

const runs = z.object({
  check_runs: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      conclusion: z.string().nullable(),
      details_url: z.string().nullish(),
      output: z.object({ title: z.string().nullish(), summary: z.string().nullish() }).optional(),
    }),
  ),
});
const statuses = z.array(z.object({ context: z.string(), state: z.string(), description: z.string().nullish() }));

interface Result {
  readonly name: string;
  readonly answer: Verdict['answer'];
  readonly said: string;
}

/** Checks and statuses of the commit, the newest of each name; not those of the workflow that asks. */
async function resultsOf({ github, commit, own }: CiQuestion): Promise<Result[]> {
  const found = await github.pages(`/commits/${commit}/check-runs?filter=latest`, runs, (page) => page.check_runs);
  const others = found.filter(
    ({ details_url: url }) => own === undefined || url?.includes(`/actions/runs/${own}/`) !== true,
  );
  const checked = others.map(({ name, status, conclusion, output }) => ({
    name,
    answer:
      status !== 'completed' ? ('unknown' as const) : good.has(conclusion ?? '') ? ('yes' as const) : ('no' as const),
    said: [output?.title, output?.summary].filter((text) => typeof text === 'string').join(' '),
  }));
  const said = await github.pages(`/commits/${commit}/statuses`, statuses, (page) => page);
  // Newest first: what a name said before doesn't count.
  const newest = said.filter(({ context }, index) => said.findIndex((each) => each.context === context) === index);
  const told = newest.map(({ context, state, description }) => ({
    name: context,
    answer: state === 'success' ? ('yes' as const) : state === 'pending' ? ('unknown' as const) : ('no' as const),
    said: description ?? '',
  }));
  return [...checked, ...told];
}

const good = new Set(['success', 'neutral', 'skipped']);

/** All green, and one at least. */
export async function askChecks(question: CiQuestion): Promise<Verdict> {
  const { commit, check } = question;
  const results = (await resultsOf(question)).filter(({ name }) => check === undefined || name === check);
  const evidence = { commit, checks: results.map(({ name, answer }) => ({ name, answer })) };
  if (results.length === 0) return no(`${check ?? 'nothing'} was checked at ${commit.slice(0, 12)}`, { commit });
  const named = (answer: Verdict['answer']) => results.filter((each) => each.answer === answer).map(({ name }) => name);
  if (named('no').length > 0) return no(`failed: ${named('no').join(', ')}`, evidence);
  if (named('unknown').length > 0) return unknown(`not finished: ${named('unknown').join(', ')}`, evidence);
  return yes(`${results.length} checks are green at ${commit.slice(0, 12)}`, evidence);
}

/** The figure that a check or status about coverage tells of itself. */
export async function askCoverage(question: CiQuestion): Promise<Verdict> {
  const { commit, atLeast, check } = question;
  if (atLeast === undefined) return unknown('how much must be covered is not said');
  const results = (await resultsOf(question)).filter(({ name }) =>
    check === undefined ? /cov/i.test(name) : name === check,
  );
  const figures = results.flatMap(({ name, said }) => {
    const [, figure] = /(?<![\d.+-])(\d{1,3}(?:\.\d+)?) ?%/.exec(said) ?? [];
    return figure === undefined ? [] : [{ name, percent: Number(figure) }];
  });
  const [lowest] = figures.sort((one, other) => one.percent - other.percent);
  if (lowest === undefined) return unknown(`no check tells how much is covered at ${commit.slice(0, 12)}`, { commit });
  const said = `${lowest.percent} % is covered, says ${lowest.name}`;
  const evidence = { commit, ...lowest };
  return lowest.percent >= atLeast ? yes(said, evidence) : no(`${said}, expected at least ${atLeast} %`, evidence);
}
