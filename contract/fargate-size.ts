/** Memory in MiB that Fargate gives with so many thousandths of a processor: smallest, largest, step. */
const sizes: Readonly<Record<number, readonly [number, number, number]>> = {
  512: [1_024, 4_096, 1_024],
  1_024: [2_048, 8_192, 1_024],
  2_048: [4_096, 16_384, 1_024],
  4_096: [8_192, 30_720, 1_024],
  8_192: [16_384, 61_440, 4_096],
  16_384: [32_768, 122_880, 8_192],
};

/** Why Fargate has no task of this size; undefined when it has. */
export function fargateSizeFault(cpu: number, memory: number): string | undefined {
  if (cpu === 256)
    return [512, 1_024, 2_048].includes(memory) ? undefined : 'with cpu 256, memory is 512, 1024 or 2048';
  const size = sizes[cpu];
  if (!size) return `cpu is 256, ${Object.keys(sizes).join(', ')}`;
  const [smallest, largest, step] = size;
  if (memory >= smallest && memory <= largest && (memory - smallest) % step === 0) return undefined;
  return `with cpu ${cpu}, memory is ${smallest} to ${largest} in steps of ${step}`;
}
