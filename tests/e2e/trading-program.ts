import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../apps/cli/doge-mm.js', import.meta.url));
const START_MILLIS_MAX = 30_000;

/** The program as a user starts it, in a process of its own, so that a test can kill it. */
export class TradingProgram {
  /** Address of the page with the token to act. */
  readonly operatorUrl: string;
  private readonly child: ChildProcess;
  private readonly folder: string;

  private constructor(child: ChildProcess, folder: string, operatorUrl: string) {
    this.child = child;
    this.folder = folder;
    this.operatorUrl = operatorUrl;
  }

  /** Starts paper trading; resolves when the page's address was printed. Rejects with what it said. */
  static async start(port: number, flags: readonly string[]): Promise<TradingProgram> {
    const folder = mkdtempSync(join(tmpdir(), 'doge-mm-page-'));
    const session = join(folder, 'session');
    const child = spawn(
      process.execPath,
      [PROGRAM, 'run', '--port', String(port), '--session', session, '--no-terminal', ...flags],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const url = await addressOf(child);
    return new TradingProgram(child, folder, url);
  }

  get port(): number {
    return Number(new URL(this.operatorUrl).port);
  }

  /** Ends it like Ctrl-C; resolves to the exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Ends it like a power cut. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill(signal);
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
    return child.exitCode;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let words = '';
    const timer = setTimeout(() => reject(new Error(`no address yet: ${words}`)), START_MILLIS_MAX);
    child.stderr?.on('data', (chunk: Buffer) => {
      words += chunk.toString('utf8');
      const match = /(http:\/\/[^\s#]+#token=\S+)/.exec(words);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match[1] ?? '');
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the program ended with ${code}: ${words}`));
    });
  });
}
