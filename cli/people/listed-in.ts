import type { EnvironmentConfiguration } from '../../contract/configuration.js';
import type { Holders } from '../../pipeline/people/people-of-items.js';
import { nameOfAccount, type Listed } from '../../pipeline/people/vouch.js';

/** Who holds a role by the stack file; where nobody is listed on this machine, whoever works here. */
export function holdersIn(configuration: EnvironmentConfiguration, by: string): Holders {
  const { approvers, accountsCount } = listedIn(configuration);
  const account = nameOfAccount(by);
  if (accountsCount) return () => (account === undefined ? [] : [account]);
  return (role) => Object.entries(approvers).flatMap(([name, { roles }]) => (roles.includes(role) ? [name] : []));
}

/** Whose word counts in this environment, as its stack file says now. */
export function listedIn({ approvers, platform }: Pick<EnvironmentConfiguration, 'approvers' | 'platform'>): Listed {
  return { approvers, accountsCount: platform === 'local' && Object.keys(approvers).length === 0 };
}
