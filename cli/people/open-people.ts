import type { Approvers } from '../../contract/approver.js';
import type { EnvironmentConfiguration } from '../../contract/configuration.js';
import type { Plan } from '../../contract/plan.js';
import type { Store } from '../../journal/store.js';
import type { Clock } from '../../pipeline/ports/clock.js';
import type { People } from '../../pipeline/people/people.js';
import { listedIn } from './listed-in.js';
import { StoredPeople } from './stored-people.js';

interface Place {
  readonly configuration: EnvironmentConfiguration;
  readonly folder: string;
  readonly store: Store;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** What was put into the store, and what approvers with a login have written at GitHub, where there is a token for it. */
export function openPeople({ configuration, folder, store, clock }: Place, variables: NodeJS.ProcessEnv): People {
  const stored = new StoredPeople(store, listedIn(configuration));
  const { approvers } = configuration;
  if (!mayAskGitHub(approvers, variables)) return stored;
  let github: Promise<People> | undefined;
  return {
    approvers,
    async decisions(plan: Plan, signal: AbortSignal) {
      github ??= openGitHub(approvers, folder, variables, clock);
      const [here, there] = await Promise.all([stored.decisions(plan), (await github).decisions(plan, signal)]);
      return [...here, ...there];
    },
  };
}

/** Loaded when it is asked first. */
async function openGitHub(
  approvers: Approvers,
  folder: string,
  variables: NodeJS.ProcessEnv,
  clock: Pick<Clock, 'monotonic'>,
): Promise<People> {
  const [{ GitHubPeople }, { askingsOf }] = await Promise.all([
    import('../../gates/people/github-people.js'),
    import('../../pipeline/people/askings-of.js'),
  ]);
  return new GitHubPeople(approvers, askingsOf, { folder, variables }, clock);
}

function mayAskGitHub(approvers: Approvers, variables: NodeJS.ProcessEnv): boolean {
  const token = ['GITHUB_TOKEN', 'GH_TOKEN'].some((name) => (variables[name] ?? '') !== '');
  return token && Object.values(approvers).some(({ github }) => github !== undefined);
}
