import { z } from 'zod';

/** A block of IPv4 addresses: its first one as a number, and how many. */
export interface Block {
  readonly first: number;
  readonly size: number;
}

/** Undefined when the text is no block, or its address has bits beyond the prefix. */
export function readCidr(text: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, prefix = 0] = match.slice(1).map(Number);
  if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) return undefined;
  const first = ((a * 256 + b) * 256 + c) * 256 + d;
  const size = 2 ** (32 - prefix);
  return first % size === 0 ? { first, size } : undefined;
}

export function describeBlock(block: Block): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(block.first / 2 ** shift) % 256);
  return `${octets.join('.')}/${32 - Math.log2(block.size)}`;
}

export function overlaps(one: Block, other: Block): boolean {
  return one.first < other.first + other.size && other.first < one.first + one.size;
}

export function contains(outer: Block, inner: Block): boolean {
  return outer.first <= inner.first && inner.first + inner.size <= outer.first + outer.size;
}

/** The block cut into `parts` equal ones; parts is rounded up to a power of two. */
export function cut(block: Block, parts: number): readonly Block[] {
  const size = block.size / 2 ** Math.ceil(Math.log2(parts));
  return Array.from({ length: parts }, (_, index) => ({ first: block.first + index * size, size }));
}

export const cidrSchema = z.string().refine((text) => readCidr(text) !== undefined, {
  error: 'a block of addresses such as 10.0.0.0/16, without bits beyond its prefix',
});
