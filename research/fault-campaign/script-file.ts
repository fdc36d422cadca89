import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FaultWindow } from '#simulation/faults/fault-script.ts';
import { FAULT_NAMES } from '#simulation/faults/fault-table.ts';

/** A run whose fault script was not drawn: all that it depends on besides the program. */
export interface ScriptedRun {
  readonly seed: number;
  readonly hours: number;
  /** The run is over then, since its start; null: after all its hours. */
  readonly endMicros: number | null;
  readonly script: readonly FaultWindow[];
}

/** The file cannot be read, or holds no script. */
export class ScriptFileError extends Error {
  override readonly name = 'ScriptFileError';
}

const WINDOW_NUMBERS = [
  ...(['fromMicros', 'lengthMicros', 'probability', 'salt', 'instrument', 'strength'] as const),
];

/** Writes a run down, so that `simulate --script` can repeat it. Makes the folder. */
export function writeScript(file: string, { seed, hours, endMicros, script }: ScriptedRun): void {
  const windows = script.map((window) => `    ${JSON.stringify(window)}`).join(',\n');
  const list = windows === '' ? '[]' : `[\n${windows}\n  ]`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    `{\n  "seed": ${seed},\n  "hours": ${hours},\n  "endMicros": ${endMicros},\n  "script": ${list}\n}\n`,
  );
}

/** Reads what `writeScript` wrote. Throws ScriptFileError with the reason when it is something else. */
export function readScript(file: string): ScriptedRun {
  const run = parse(file);
  for (const name of ['seed', 'hours', 'endMicros'] as const) {
    const isToTheEnd = name === 'endMicros' && run[name] === null;
    if (!isToTheEnd && !Number.isFinite(run[name])) throw notOurs(file, `"${name}" is no number`);
  }
  if (!Array.isArray(run.script)) throw notOurs(file, '"script" is no list');
  for (const [index, window] of run.script.entries()) checkWindow(file, index, window);
  const { seed, hours, endMicros, script } = run;
  return { seed, hours, endMicros, script };
}

function parse(file: string): ScriptedRun {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null) return value as ScriptedRun;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ScriptFileError(`${file} cannot be read: ${why}`, { cause });
  }
  throw notOurs(file, 'it is no object');
}

function checkWindow(file: string, index: number, window: Partial<FaultWindow>): void {
  const { name } = window;
  if (name === undefined || !FAULT_NAMES.includes(name)) {
    throw notOurs(file, `window ${index + 1} is of no known fault: ${name}`);
  }
  for (const field of WINDOW_NUMBERS) {
    if (Number.isFinite(window[field])) continue;
    throw notOurs(file, `window ${index + 1} has no number "${field}"`);
  }
}

function notOurs(file: string, why: string): ScriptFileError {
  return new ScriptFileError(`${file} is no fault script: ${why}`);
}
