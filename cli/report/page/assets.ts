import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { script } from './script.js';
import { styles } from './styles.js';

export interface Assets {
  readonly styles: string;
  readonly chart: string;
  readonly script: string;
}

/** Everything that the page would otherwise have to load. */
export function readAssets(): Assets {
  const folder = dirname(createRequire(import.meta.url).resolve('uplot'));
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return { styles: read('uPlot.min.css') + styles, chart: read('uPlot.iife.min.js'), script };
}

/** Lets exactly these scripts run and nothing be loaded, whatever else gets into the page. */
export function contentSecurityPolicy({ chart, script: own }: Assets): string {
  const hashes = [chart, own].map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return `default-src 'none'; script-src ${hashes.join(' ')}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'`;
}
