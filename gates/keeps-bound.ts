import { describeBound, type Bound } from '../contract/bound.js';

/** Whether a value of the bound's own unit keeps to it. */
export function keepsBound({ comparison, value }: Bound, found: number): boolean {
  switch (comparison) {
    case 'below':
      return found < value;
    case 'at most':
      return found <= value;
    case 'above':
      return found > value;
    case 'at least':
      return found >= value;
    case 'exactly':
      return found === value;
  }
}

/** A value as people write one of the bound's unit. */
export function describeValue(value: number, { unit }: Pick<Bound, 'unit'>): string {
  const rounded = Number(value.toPrecision(4));
  return rounded < 0
    ? String(rounded)
    : describeBound({ comparison: 'exactly', value: rounded, unit }).slice('exactly '.length);
}
