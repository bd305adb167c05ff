import type { Draft } from './draft.js';

const lines = ['node_modules/', '.crossfade/', 'Pulumi.*-blue.yaml', 'Pulumi.*-green.yaml'];

/** .gitignore: lines that are missing are added behind what is there. */
export const ignoredFiles: Draft = {
  path: '.gitignore',
  after(before = '') {
    const has = before.split('\n').map((line) => line.trim());
    const missing = lines.filter((line) => !has.includes(line) && !has.includes(line.replace(/\/$/, '')));
    if (missing.length === 0) return before;
    const gap = before === '' || before.endsWith('\n') ? '' : '\n';
    return `${before}${gap}${missing.map((line) => `${line}\n`).join('')}`;
  },
};
