/** The venue's end of one trading process: started, talked to in turns, killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RecordedCommand } from '#adapters/journal/journal.ts';
import type { EpochMicros } from '#units/integers.ts';
import {
  type Message,
  MessageKind,
  MessageSplitter,
  MessageWriter,
  WIRE_VERSION,
} from './crash-wire.ts';

const PROGRAM = fileURLToPath(new URL('./child.ts', import.meta.url));
const COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');
/** A process that says nothing for so long hangs, which is a failure of its own. */
const SILENCE_MILLISECONDS = 20_000;

/** What a process found when it started. */
export interface Recovered {
  readonly epoch: number;
  readonly life: number;
  readonly eventCount: number;
  readonly cutSize: number;
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

/** How a process ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly errors: string;
}

let socketCount = 0;

export class ChildHandle {
  /** Highest sequence it printed as durable. */
  acknowledged = 0;
  recovered: Recovered | null = null;
  readonly ended: Promise<ChildEnd>;
  private readonly server: Server;
  private readonly child: ChildProcess;
  private readonly out = new MessageWriter();
  private readonly splitter = new MessageSplitter();
  private readonly onCommand: (recorded: RecordedCommand) => void;
  private socket: Socket | null = null;
  private onHello: (isThere: boolean) => void = () => undefined;
  private onDone: (end: TurnEnd | null) => void = () => undefined;
  private isDead = false;
  private errors = '';
  private lines = '';

  /** Starts the process; it connects by itself. */
  constructor(place: ChildPlace, onCommand: (recorded: RecordedCommand) => void) {
    this.onCommand = onCommand;
    socketCount += 1;
    const path = join(place.folder, `venue-${socketCount}.sock`);
    this.server = createServer((socket) => this.onConnection(socket)).listen(path);
    const { directory, epochDirectory, seed } = place;
    this.child = spawn(process.execPath, [PROGRAM, path, directory, epochDirectory, `${seed}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Hundreds of starts: code that was compiled once is not compiled again.
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
    });
    this.child.stdout?.on('data', (chunk) => this.onPrinted(String(chunk)));
    this.child.stderr?.on('data', (chunk) => {
      this.errors += String(chunk);
    });
    // `close` comes when the pipes are empty too: then everything it printed is known.
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.server.close();
        this.giveUp();
        resolve({ code, signal, errors: this.errors });
      });
    });
  }

  /** Resolves when it has connected, false when it died before. */
  async hello(): Promise<boolean> {
    return this.inTime(
      new Promise<boolean>((resolve) => {
        if (this.isDead || this.socket !== null) resolve(!this.isDead);
        else this.onHello = resolve;
      }),
    );
  }

  /** Lets it begin: it recovers, introduces itself to its engine and sends what that says. */
  welcome(nowMicros: EpochMicros): Promise<TurnEnd | null> {
    this.out.numbers(MessageKind.WELCOME, WIRE_VERSION, nowMicros);
    return this.send();
  }

  /** The writer that collects what the next exchange sends first. */
  get messages(): MessageWriter {
    return this.out;
  }

  /** Sends what was collected and a last message that asks for an answer; null when it died first. */
  exchange(kind: MessageKind, ...fields: readonly number[]): Promise<TurnEnd | null> {
    this.out.numbers(kind, ...fields);
    return this.send();
  }

  /** At once, in whatever it is doing. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** What it wrote on stderr. */
  get said(): string {
    return this.errors;
  }

  /** Closes the connection: a process that has left exits. */
  hangUp(): void {
    this.socket?.end();
  }

  private send(): Promise<TurnEnd | null> {
    if (this.isDead) return Promise.resolve(null);
    const answer = new Promise<TurnEnd | null>((resolve) => {
      this.onDone = resolve;
    });
    this.socket?.write(this.out.take());
    return this.inTime(answer);
  }

  private async inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`the trading process does not answer; it said: ${this.errors}`));
      }, SILENCE_MILLISECONDS);
    });
    try {
      return await Promise.race([answer, silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  private onConnection(socket: Socket): void {
    this.socket = socket;
    socket.on('data', (chunk) => this.splitter.push(chunk, (message) => this.onMessage(message)));
    // A killed process resets the connection; what it had sent was read before.
    socket.on('error', () => this.giveUp());
    socket.on('close', () => this.giveUp());
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
        };
        return;
      case MessageKind.COMMAND:
        this.onCommand(message.command());
        return;
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
