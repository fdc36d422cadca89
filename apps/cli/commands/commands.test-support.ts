/** For the tests of the commands: what they tell people, kept instead of shown, and short sessions. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, mock } from 'node:test';
import type { RunOptions } from './run.ts';

/** A folder for one test file, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'commands-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs an action and returns what it wrote to stderr with its result. */
export async function listen<Result>(
  action: () => Promise<Result>,
): Promise<{ result: Result; words: string }> {
  let words = '';
  const write = mock.method(process.stderr, 'write', (text: string | Uint8Array) => {
    words += String(text);
    return true;
  });
  try {
    return { result: await action(), words };
  } finally {
    write.mock.restore();
  }
}

/** Options of a paper session at full speed that nobody watches. */
export function quietRun(session: string, change: Partial<RunOptions> = {}): RunOptions {
  return {
    session,
    world: 'paper',
    speed: 'max',
    duration: '70s',
    seed: '7',
    profile: 'naive-touch',
    dashboard: false,
    terminal: false,
    ...change,
  };
}
