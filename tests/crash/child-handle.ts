/** The venue's end of one trading process: started, talked to in turns, killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RecordedCommand } from '#adapters/journal/journal.ts';
import { Layer } from '#contracts/order.ts';
import type { EpochMicros } from '#units/integers.ts';
import {
  type Message,
  MessageKind,
  MessageSplitter,
  MessageWriter,
  WIRE_VERSION,
} from './crash-wire.ts';
import type { ReceivedOrder } from './order-witness.ts';
import { LOOK_MILLISECONDS, Patience } from './patience.ts';

const PROGRAM = fileURLToPath(new URL('./child.ts', import.meta.url));
const COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');

/** What a process found when it started. */
export interface Recovered {
  readonly epoch: number;
  readonly life: number;
  readonly eventCount: number;
  readonly cutSize: number;
  /** Event of the snapshot it began from; 0 without one. */
  readonly snapshotSequence: number;
}

/** The answer to a turn; null when the process died before it. */
export interface TurnEnd {
  readonly lastSequence: number;
  readonly durableSequence: number;
  readonly heldOrders: number;
}

export interface ChildPlace {
  /** A folder only we can enter: the socket is made in it. */
  readonly folder: string;
  readonly directory: string;
  readonly epochDirectory: string;
  readonly seed: number;
}

export interface ChildHandleOptions {
  readonly place: ChildPlace;
  /** A command arrives; returns the order it brings. What it throws breaks the handle. */
  readonly onCommand: (recorded: RecordedCommand) => ReceivedOrder | null;
  /** Aborted: the process is killed, and everything that waits for it throws the reason. */
  readonly signal: AbortSignal;
}

/** How a process ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly errors: string;
}

let socketCount = 0;

/**
 * One process, from its start to its end. Whoever starts it calls `end` at last, whatever happened. When
 * this program exits first the process is killed, and when this program is killed it ends by itself.
 */
export class ChildHandle {
  /** Highest sequence it printed as durable. */
  acknowledged = 0;
  recovered: Recovered | null = null;
  private readonly closed: Promise<ChildEnd>;
  private readonly server: Server;
  private readonly child: ChildProcess;
  private readonly out = new MessageWriter();
  private readonly splitter = new MessageSplitter();
  private readonly onCommand: (recorded: RecordedCommand) => ReceivedOrder | null;
  private socket: Socket | null = null;
  private onHello: (isThere: boolean) => void = () => undefined;
  private onDone: (end: TurnEnd | null) => void = () => undefined;
  private readonly patience = new Patience();
  private isDead = false;
  private isKilledAtPromise = false;
  private isKilledAtHedge = false;
  private errors = '';
  private lines = '';

  /** Starts the process; it connects by itself. Throws the reason of a signal that is aborted already. */
  constructor({ place, onCommand, signal }: ChildHandleOptions) {
    signal.throwIfAborted();
    this.onCommand = onCommand;
    socketCount += 1;
    const path = join(place.folder, `venue-${socketCount}.sock`);
    this.server = createServer((socket) => this.onConnection(socket)).listen(path);
    this.server.on('error', (error) => this.fail(error));
    const { directory, epochDirectory, seed } = place;
    this.child = spawn(process.execPath, [PROGRAM, path, directory, epochDirectory, `${seed}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // In a group of its own: an interrupt from the keyboard is for this program, which ends it.
      detached: true,
      // Hundreds of starts: code that was compiled once is not compiled again.
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
    });
    this.child.on('error', (error) => this.fail(error));
    this.child.stdout?.on('data', (chunk) => this.onPrinted(String(chunk)));
    this.child.stderr?.on('data', (chunk) => {
      this.errors += String(chunk);
    });
    this.closed = this.watch(signal);
  }

  /** Resolves when it has connected, false when it died before. */
  hello(): Promise<boolean> {
    const greeting = new Promise<boolean>((resolve) => {
      if (this.isDead || this.socket !== null) resolve(!this.isDead);
      else this.onHello = resolve;
    });
    return this.patience.until('its connection', greeting);
  }

  /** Lets it begin: it recovers, introduces itself to its engine and sends what that says. */
  welcome(nowMicros: EpochMicros): Promise<TurnEnd | null> {
    this.out.numbers(MessageKind.WELCOME, WIRE_VERSION, nowMicros);
    return this.send('WELCOME');
  }

  /** The writer that collects what the next exchange sends first. */
  get messages(): MessageWriter {
    return this.out;
  }

  /** Sends what was collected and a last message that asks for an answer; null when it died first. */
  exchange(kind: MessageKind, ...fields: readonly number[]): Promise<TurnEnd | null> {
    this.out.numbers(kind, ...fields);
    return this.send(`${nameOf(kind)} ${fields.join(' ')}`.trim());
  }

  /** At once, in whatever it is doing. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** In the moment in which it prints that more has become durable. */
  killAtNextPromise(): void {
    this.isKilledAtPromise = true;
  }

  /** In the moment in which an order of it arrives that hedges. */
  killAtNextHedge(): void {
    this.isKilledAtHedge = true;
  }

  /** How it ended, once it has; it is waited for as for an answer. */
  ended(): Promise<ChildEnd> {
    return this.patience.until('its end', this.closed);
  }

  /** Ends it if it lives, and leaves neither process nor socket. Never throws. */
  async end(): Promise<void> {
    this.kill();
    await this.closed;
  }

  /** Nothing more will come from it. */
  get isOver(): boolean {
    return this.isDead;
  }

  /** What it wrote on stderr. */
  get said(): string {
    return this.errors;
  }

  /** Closes the connection: a process that has left exits. */
  hangUp(): void {
    this.socket?.end();
  }

  private send(what: string): Promise<TurnEnd | null> {
    if (this.isDead && !this.patience.isBroken) return Promise.resolve(null);
    const answer = new Promise<TurnEnd | null>((resolve) => {
      this.onDone = resolve;
    });
    this.socket?.write(this.out.take());
    return this.patience.until(`the answer to ${what}`, answer);
  }

  /** Keeps the process from outliving this program; resolves when it is gone and all it said is known. */
  private async watch(signal: AbortSignal): Promise<ChildEnd> {
    const onAbort = (): void => this.fail(signal.reason);
    const onExit = (): void => this.kill();
    signal.addEventListener('abort', onAbort);
    process.on('exit', onExit);
    const looking = setInterval(() => this.look(), LOOK_MILLISECONDS);
    // `close` comes when the pipes are empty too: then everything it printed is known.
    const [code, endSignal] = await new Promise<[number | null, string | null]>((resolve) => {
      this.child.on('close', (...how) => resolve(how));
    });
    const { socket } = this;
    if (socket !== null && !socket.closed) {
      await new Promise((resolve) => {
        socket.on('close', resolve);
      });
    }
    clearInterval(looking);
    process.off('exit', onExit);
    signal.removeEventListener('abort', onAbort);
    this.server.close();
    this.giveUp();
    return { code, signal: endSignal, errors: this.errors };
  }

  private look(): void {
    const inVain = this.patience.look();
    if (inVain === null) return;
    const { pid } = this.child;
    this.fail(
      new Error(`${inVain}; process ${pid} lives and is silent; on stderr: ${this.errors}`),
    );
  }

  private fail(error: unknown): void {
    this.patience.break(error);
    this.kill();
  }

  private onConnection(socket: Socket): void {
    this.socket = socket;
    socket.on('data', (chunk) => this.onData(chunk));
    // A killed process resets the connection; what it had sent was read before.
    socket.on('error', () => this.giveUp());
    socket.on('close', () => this.giveUp());
  }

  private onData(chunk: Uint8Array): void {
    this.patience.hear();
    // A process that was wrong once is not listened to any more.
    if (this.patience.isBroken) return;
    try {
      this.splitter.push(chunk, (message) => this.onMessage(message));
    } catch (error) {
      this.fail(error);
    }
  }

  private onMessage(message: Message): void {
    switch (message.kind) {
      case MessageKind.HELLO: {
        const version = message.number();
        if (version !== WIRE_VERSION) throw new RangeError(`it speaks version ${version}`);
        this.onHello(true);
        return;
      }
      case MessageKind.RECOVERED:
        this.recovered = {
          epoch: message.number(),
          life: message.number(),
          eventCount: message.number(),
          cutSize: message.number(),
          snapshotSequence: message.number(),
        };
        return;
      case MessageKind.COMMAND: {
        const order = this.onCommand(message.command());
        if (this.isKilledAtHedge && order?.layer === Layer.HEDGE) this.kill();
        return;
      }
      case MessageKind.DONE:
        this.onDone({
          lastSequence: message.number(),
          durableSequence: message.number(),
          heldOrders: message.number(),
        });
        return;
      default:
        throw new RangeError(`message ${message.kind} is not for a venue`);
    }
  }

  private onPrinted(text: string): void {
    if (this.isKilledAtPromise) this.kill();
    this.patience.hear();
    this.lines += text;
    for (const line of this.lines.matchAll(/^durable (\d+)$/gm)) {
      // A line cut by the kill has no end and is none.
      const isWhole = this.lines.includes(`${line[0]}\n`);
      if (isWhole) this.acknowledged = Math.max(this.acknowledged, Number(line[1]));
    }
    this.lines = this.lines.slice(this.lines.lastIndexOf('\n') + 1);
  }

  private giveUp(): void {
    this.isDead = true;
    this.onHello(false);
    this.onDone(null);
  }
}

function nameOf(kind: MessageKind): string {
  return Object.entries(MessageKind).find(([, value]) => value === kind)?.[0] ?? `${kind}`;
}
