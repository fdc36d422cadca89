/** `doge-mm exchange` and `doge-mm run --world live` as processes of their own, as a user starts them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../apps/cli/doge-mm.js', import.meta.url));
const START_MILLIS_MAX = 30_000;

export interface ExchangeKey {
  readonly name: string;
  readonly kind: 'HMAC' | 'ED25519';
  readonly apiKey: string;
  readonly secret: string | null;
  readonly privateKeyPem: string | null;
}

/** What `exchange --json` prints. */
export interface ExchangeLine {
  readonly spot: {
    readonly rest: string;
    readonly streams: string;
    readonly wsApi: string;
    readonly sbe: string;
  };
  readonly usdm: { readonly rest: string; readonly streams: string; readonly wsApi: string };
  readonly admin: string;
  readonly keys: readonly ExchangeKey[];
}

export interface RunningProcess {
  readonly process: ChildProcess;
  /** All it wrote on stderr. */
  words(): string;
  /** All it wrote on stdout. */
  output(): string;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

export interface ExchangeProcess extends RunningProcess {
  readonly line: ExchangeLine;
  /** The file `run --venue exchange:FILE` reads. */
  readonly file: string;
  stop(): Promise<void>;
}

/** Starts a program of ours. */
export function startProgram(parameters: readonly string[]): RunningProcess {
  const child = spawn(process.execPath, [PROGRAM, ...parameters], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  let output = '';
  child.stderr.on('data', (data) => {
    words += String(data);
  });
  child.stdout.on('data', (data) => {
    output += String(data);
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { process: child, words: () => words, output: () => output, ended };
}

/** Starts an exchange and waits until it serves. */
export async function startExchangeProcess(
  parameters: readonly string[] = [],
): Promise<ExchangeProcess> {
  const ports = ['--port-spot', '0', '--port-usdm', '0'];
  const running = startProgram(['exchange', '--json', ...ports, ...parameters]);
  const line = await firstLine(running);
  const file = join(mkdtempSync(join(tmpdir(), 'doge-mm-exchange-')), 'exchange.json');
  writeFileSync(file, line);
  return {
    ...running,
    file,
    line: JSON.parse(line) as ExchangeLine,
    stop: async () => {
      running.process.kill('SIGTERM');
      await running.ended;
    },
  };
}

function firstLine(running: RunningProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      running.process.kill('SIGKILL');
      reject(new Error(`the exchange did not serve in 30 s: ${running.words()}`));
    }, START_MILLIS_MAX);
    const { stdout } = running.process;
    if (stdout === null) throw new Error('the exchange has no stdout');
    createInterface({ input: stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve(line);
    });
    void running.ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`the exchange ended with ${code}: ${running.words()}`));
    });
  });
}
