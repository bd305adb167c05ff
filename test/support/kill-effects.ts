import childProcess from 'node:child_process';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { Client } from 'pg';

/** Told of everything that this process does to the world of its database, right before it does it. */
export type Effects = (label: string) => void;

/** Files are written by these; what is only read can be cut anywhere. */
const writers = ['writeFile', 'mkdir', 'mkdtemp', 'rename', 'rm', 'open', 'chown'] as const;

/**
 * From here on every file that is made, renamed or removed below the folder, every statement, connection, program and
 * signal is told. What differs from one time to the next, such as numbers, is left out of its label.
 */
export function tellEffects(folder: string, tell: Effects): void {
  const files = fs as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  for (const name of writers) {
    const original = files[name];
    if (original === undefined) continue;
    files[name] = (...args) => {
      const [path] = args;
      const reads = name === 'open' && args[1] !== 'wx' && args[1] !== 'w';
      if (typeof path === 'string' && isOfDatabase(path, folder) && !reads) tell(`${name} ${placeOf(path)}`);
      return original.apply(fs, args);
    };
  }
  const { spawn } = childProcess;
  const programs = childProcess as unknown as Record<string, unknown>;
  programs['spawn'] = (...args: Parameters<typeof spawn>) => {
    tell(`start ${basename(args[0])}`);
    return spawn(...args);
  };
  syncBuiltinESMExports();
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) => {
    if (signal !== 0) tell(`signal ${signal ?? 'SIGTERM'}`);
    return kill(pid, signal);
  };
  tellStatements(tell);
}

function tellStatements(tell: Effects): void {
  const prototype = Client.prototype as unknown as Record<'query' | 'connect', (...args: unknown[]) => unknown>;
  const { query, connect } = prototype;
  prototype.query = function (this: unknown, ...args) {
    const [first] = args;
    const text = typeof first === 'string' ? first : textOf(first);
    tell(`sql ${reads(text) ? 'that reads' : plain(text.trim().replace(/\s+/g, ' ').slice(0, 28))}`);
    return query.apply(this, args);
  };
  prototype.connect = function (this: unknown, ...args) {
    tell('connect');
    return connect.apply(this, args);
  };
}

/** One of the hundreds of files of a data folder stands for all. */
function placeOf(path: string): string {
  return /\/(data|restored-[^/]+)\/./.test(path) ? 'in a data folder' : plain(basename(path));
}

/** The store's own boundaries are its journals' lines. */
function isOfDatabase(path: string, folder: string): boolean {
  return path.startsWith(`${folder}/`) && !path.startsWith(`${folder}/store/`);
}

/** The first question of a step stands for all of them: nothing changes between one and the next. */
function reads(text: string): boolean {
  if (/pg_(create_|drop_|backup_|terminate_|export_|sleep|advisory|try_advisory|switch_)/.test(text)) return false;
  return /^\s*(SELECT|SHOW|SET)\b/.test(text);
}

function textOf(query: unknown): string {
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : '?';
}

function plain(text: string): string {
  return text
    .replace(/making-\w{6}|restore-\w{6}|check-\w{6}/, (name) => name.slice(0, -6))
    .replace(/local-[0-9a-z-]+/g, 'RUN')
    .replace(/[0-9a-f]{16}/g, 'N')
    .replace(/\d+/g, 'N');
}
