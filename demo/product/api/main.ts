import type { IncomingMessage } from 'node:http';
import { openDatabase } from '../database.js';
import { json, serve, type Answer } from '../serve.js';
import { think } from '../think.js';
import { discountPercent } from './discount.js';
import { latestOrders, placeOrder } from './orders.js';
import { readOrder } from './read-order.js';

const database = openDatabase(4);

// Not listening is how this process says that it isn't ready: without its database it answers nobody.
await database.query('select 1');
serve(answer, () => database.end());

async function answer(request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://api');
  if (url.pathname !== '/api/orders') return json(404, { error: 'no such path' });
  if (request.method === 'POST') return order(request);
  if (request.method !== 'GET') return json(405, { error: 'GET or POST' });
  const customer = Number(url.searchParams.get('customer') ?? Number.NaN);
  if (!Number.isSafeInteger(customer)) return json(400, { error: 'customer: expected a whole number' });
  await think();
  return json(200, { discountPercent: discountPercent(customer), orders: await latestOrders(database, customer) });
}

async function order(request: IncomingMessage): Promise<Answer> {
  const wanted = await readOrder(request);
  if (wanted === undefined) return json(400, { error: 'expected {"customer": number, "item": text}' });
  await think();
  discountPercent(wanted.customer);
  return json(201, { id: await placeOrder(database, wanted) });
}
