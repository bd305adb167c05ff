import type { IncomingMessage } from 'node:http';
import type { NewOrder } from './orders.js';

const longest = 10_000;

/** Undefined when the body is not an order. */
export async function readOrder(request: IncomingMessage): Promise<NewOrder | undefined> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > longest) return undefined;
  }
  const value = parsed(text);
  if (typeof value !== 'object' || value === null || !('customer' in value) || !('item' in value)) return undefined;
  const { customer, item } = value;
  if (typeof customer !== 'number' || !Number.isSafeInteger(customer) || typeof item !== 'string') return undefined;
  return { customer, item };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
