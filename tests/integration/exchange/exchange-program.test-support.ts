/** `doge-mm exchange` as a process of its own, as any client finds it: by the line it prints, over sockets. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Exercised, holdAgainstTable, type Suite } from './exercised.test-support.ts';

const PROGRAM = fileURLToPath(new URL('../../../apps/cli/doge-mm.js', import.meta.url));
const DEADLINE_MILLIS = 20_000;

export const SYMBOL = 'DOGEUSDT';

/** What a foreign client answers: read freely, as its users do. */
// biome-ignore lint/suspicious/noExplicitAny: the types of foreign clients differ from what a venue sends
export type Free = any;

interface PrintedKey {
  readonly name: string;
  readonly kind: 'HMAC' | 'ED25519';
  readonly apiKey: string;
  readonly secret: string;
  readonly privateKeyPem: string;
}

interface PrintedLine {
  readonly spot: {
    readonly rest: string;
    readonly streams: string;
    readonly wsApi: string;
    readonly sbe: string;
  };
  readonly usdm: { readonly rest: string; readonly streams: string; readonly wsApi: string };
  readonly keys: readonly PrintedKey[];
  readonly admin: string;
}

export class ExchangeProgram {
  readonly addresses: PrintedLine;
  private readonly child: ChildProcess;
  private said = '';

  private constructor(child: ChildProcess, addresses: PrintedLine) {
    this.child = child;
    this.addresses = addresses;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.said += chunk.toString();
    });
  }

  /** Rejects when the program ends before it serves. */
  static async start(...more: readonly string[]): Promise<ExchangeProgram> {
    const ports = ['--port-spot', '0', '--port-usdm', '0'];
    const rest = ['--json', ...ports, '--symbols', SYMBOL, '--seed', '1', ...more];
    const child = spawn(process.execPath, [PROGRAM, 'exchange', ...rest], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the exchange ended with ${code} before it served`);
    });
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    ended.catch(() => undefined);
    return new ExchangeProgram(child, JSON.parse(line));
  }

  key(name: string): PrintedKey {
    const found = this.addresses.keys.find((key) => key.name === name);
    if (found === undefined) throw new Error(`the exchange printed no key ${name}`);
    return found;
  }

  /** One request to the administrator's port. */
  async tell(path: string, body: object): Promise<Free> {
    const answer = await fetch(this.addresses.admin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Enough of an asset that no test has to look at its balance. */
  async deposit(market: 'spot' | 'usdm', asset: string, delta: string): Promise<void> {
    await this.tell('/balance', { market, account: 'demo-1', asset, delta });
  }

  /** Asks a public question without any client. */
  async ask(url: string): Promise<Free> {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /**
   * Ends it; throws when it complained of anything on the way, or when this run did less than the
   * conformance table says of the suite.
   */
  async stop(suite: Suite, streams: readonly string[], ...heard: HeardEvents[]): Promise<void> {
    const state = await this.ask(this.addresses.admin);
    const kinds = heard.flatMap(({ all }) => all.map(kindOf)).filter((kind) => kind !== '');
    holdAgainstTable(suite, {
      spot: namesOf(state.spot.traffic),
      usdm: namesOf(state.usdm.traffic),
      streams: [...streams].sort(),
      events: [...new Set(kinds)].sort(),
    });
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const [code] = await ended;
    if (code !== 0 || this.said !== '') throw new Error(`ended with ${code}, said: ${this.said}`);
  }
}

function namesOf(traffic: Free): Exercised['spot'] {
  return {
    answered: Object.keys(traffic.answered).sort(),
    refused: Object.keys(traffic.refused).sort(),
  };
}

/** `executionReport NEW`, `ORDER_TRADE_UPDATE TRADE`, `ACCOUNT_UPDATE`; empty for what is no event. */
function kindOf(event: Free): string {
  if (event.e === undefined) return '';
  return `${event.e} ${event.x ?? event.o?.x ?? ''}`.trim();
}

/** Waits until it is true; rejects with `what` when that takes too long. */
export async function until(
  isTrue: () => boolean,
  what: string | (() => string),
  withinMillis = DEADLINE_MILLIS,
): Promise<void> {
  const end = Date.now() + withinMillis;
  while (!isTrue()) {
    if (Date.now() > end) {
      throw new Error(`not in time: ${typeof what === 'string' ? what : what()}`);
    }
    await pause(5);
  }
}

/** Private events as they came, and what is waited for among them. */
export class HeardEvents {
  readonly all: Free[] = [];

  /** Takes one event as the client hands it over. */
  take(event: Free): void {
    this.all.push(event);
  }

  /** The first event that fits, come or yet to come. */
  async find(fits: (event: Free) => boolean, what: string): Promise<Free> {
    await until(
      () => this.all.some(fits),
      () =>
        `${what}; heard: ${this.all.map((event) => `${event.e} ${event.x ?? event.o?.x ?? ''}`)}`,
    );
    return this.all.find(fits);
  }

  /** The first report of an execution type about an order of this client id. */
  report(clientOrderId: string, execution: string): Promise<Free> {
    const own = (event: Free): boolean => {
      const order = event.e === 'ORDER_TRADE_UPDATE' ? event.o : event;
      return (order.c === clientOrderId || order.C === clientOrderId) && order.x === execution;
    };
    return this.find(own, `${execution} of ${clientOrderId}`);
  }
}
