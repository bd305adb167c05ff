import type { ReleaseTraits } from './product/release.js';

export interface DemoRelease extends ReleaseTraits {
  /** File names in product/migrations, all that have ever been needed. */
  readonly migrations: readonly string[];
}

const good = { failsEveryNthCustomer: 0, slowness: 1, becomesHealthy: true, knowsCurrency: true } as const;
const first = ['001_orders.sql', '002_jobs.sql'];
const withCurrency = [...first, '003_currency.sql'];

/** The releases that the demo deploys, in the order of its scenes. */
export const releases: readonly DemoRelease[] = [
  { ...good, version: '1.0.0', notes: 'the first', knowsCurrency: false, migrations: first },
  { ...good, version: '2.0.0', notes: 'orders have a currency, which needs a migration', migrations: withCurrency },
  {
    ...good,
    version: '3.0.0',
    notes: 'fails for every 20th customer, which no smoke test finds',
    failsEveryNthCustomer: 20,
    migrations: withCurrency,
  },
  { ...good, version: '4.0.0', notes: 'takes 60 % longer', slowness: 1.6, migrations: withCurrency },
  { ...good, version: '5.0.0', notes: 'never becomes healthy', becomesHealthy: false, migrations: withCurrency },
  { ...good, version: '6.0.0', notes: 'a good one, whose runner will be killed', migrations: withCurrency },
];
