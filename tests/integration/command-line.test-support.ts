/** Starts `doge-mm` as a process of its own, as a user or a script would, and keeps what it said. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

export const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What an error says with `--json`. */
export interface ErrorAnswer {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly where: string;
    readonly remedy: string;
  };
}

/** A folder for one test file, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'doge-mm-test-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A started program: send it signals, wait for its end. */
export class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  private stdout = '';
  private stderr = '';

  /** `root`: the source tree to run, this project by default. */
  constructor(args: readonly string[], root = PROJECT) {
    this.child = spawn(process.execPath, [join(root, 'apps/cli/doge-mm.js'), ...args], {
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (name: 'stdout' | 'stderr') => (chunk: Buffer) => {
      this[name] += chunk.toString();
    };
    this.child.stdout?.on('data', keep('stdout'));
    this.child.stderr?.on('data', keep('stderr'));
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (exitCode) => {
        resolve({ exitCode, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }
}

/** Runs to the end. */
export function run(args: readonly string[], root = PROJECT): Promise<Ended> {
  return new Program(args, root).ended;
}

/** Runs with `--json`; stdout must be exactly one JSON object on one line. */
export async function runJson<Answer>(
  args: readonly string[],
  root = PROJECT,
): Promise<{ exitCode: number | null; answer: Answer; stderr: string }> {
  const { exitCode, stdout, stderr } = await run([...args, '--json'], root);
  return { exitCode, answer: oneObject<Answer>(stdout, stderr), stderr };
}

/** The one JSON object that stdout must be; throws when there is more or less. */
export function oneObject<Answer>(stdout: string, stderr: string): Answer {
  const lines = stdout.split('\n');
  if (lines.length !== 2 || lines[1] !== '' || !stdout.startsWith('{')) {
    throw new Error(`stdout is not one JSON object on one line: "${stdout}", stderr: ${stderr}`);
  }
  return JSON.parse(stdout) as Answer;
}
