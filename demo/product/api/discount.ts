import { release } from '../release.js';

/**
 * Release 3 forgets a group of customers here. Smoke tests ask for one customer who is not among them, so only
 * real traffic finds it.
 */
export function discountPercent(customer: number): number {
  const { failsEveryNthCustomer } = release;
  if (failsEveryNthCustomer !== 0 && customer % failsEveryNthCustomer === 0) {
    throw new Error(`no discount level for customer ${customer}`);
  }
  return customer % 4;
}
