import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One for the machine: two benches at once measure each other. */
export const RUN_LOCK_FILE = join(tmpdir(), 'doge-mm-bench.lock');

/** Another bench runs. */
export class BenchBusyError extends Error {
  override readonly name = 'BenchBusyError';
  readonly code = 'BENCH_BUSY';
  readonly where: string;

  constructor(file: string, processId: number) {
    super(`another bench runs on this machine: process ${processId}`);
    this.where = file;
  }
}

/**
 * Takes the lock for this process and returns what gives it back. A lock whose process is gone is
 * taken over. Throws a BenchBusyError when it is held.
 */
export function takeRunLock(file = RUN_LOCK_FILE): () => void {
  if (!tryCreate(file)) {
    const holder = Number(readFileSync(file, 'utf8'));
    if (isAlive(holder)) throw new BenchBusyError(file, holder);
    rmSync(file, { force: true });
    // Somebody else may have been quicker with the same thought.
    if (!tryCreate(file)) throw new BenchBusyError(file, Number(readFileSync(file, 'utf8')));
  }
  return () => rmSync(file, { force: true });
}

function tryCreate(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** True for a process that exists, ours to signal or not. */
function isAlive(processId: number): boolean {
  if (!(processId > 0)) return false;
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
