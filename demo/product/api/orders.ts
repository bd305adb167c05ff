import type { Pool } from 'pg';
import { release } from '../release.js';

export interface NewOrder {
  readonly customer: number;
  readonly item: string;
}

/** The order and the job to confirm it are there together or not at all. Resolves to the order's number. */
export async function placeOrder(database: Pool, { customer, item }: NewOrder): Promise<number> {
  const { rows } = await database.query<{ id: number }>(
    `with placed as (insert into orders (customer, item) values ($1, $2) returning id),
          queued as (insert into jobs (order_id) select id from placed)
     select id from placed`,
    [customer, item],
  );
  return rows[0]?.id ?? 0;
}

/** The customer's ten latest. */
export async function latestOrders(database: Pool, customer: number): Promise<readonly object[]> {
  const columns = release.knowsCurrency ? 'id, item, placed_at, currency' : 'id, item, placed_at';
  const { rows } = await database.query<object>(
    `select ${columns} from orders where customer = $1 order by id desc limit 10`,
    [customer],
  );
  return rows;
}
