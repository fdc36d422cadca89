/**
 * The trading process of the campaign: engine, host, journal with its own writer thread on the real
 * disk, write-ahead on. It takes events from a socket and sends its commands there; what it calls
 * durable it prints. It is meant to be killed at any moment.
 *
 *   node tests/crash/child.ts SOCKET DIRECTORY EPOCH-DIRECTORY SEED
 */
import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { createConnection, type Socket } from 'node:net';
import { SystemClock } from '#adapters/clock/clock.ts';
import { FileStorage, GroupCommit } from '#adapters/journal/journal.ts';
import { NoProbe } from '#adapters/probe/probe.ts';
import { TradingProcess } from '#compose/trading-process.ts';
import type { OrderCommand, RequestCommand } from '#contracts/commands.ts';
import type { OperatorAction } from '#contracts/events.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros } from '#units/integers.ts';
import { crashSetup } from './crash-setup.ts';
import {
  type Message,
  MessageKind,
  MessageSplitter,
  MessageWriter,
  WIRE_VERSION,
} from './crash-wire.ts';

/** How often it looks whether the disk has caught up, besides after each turn. */
const LOOK_MILLISECONDS = 1;
/** Exit code of a start or a turn that failed; the code of the error is on stderr. */
const FAILED = 3;

interface Place {
  readonly socketPath: string;
  readonly directory: string;
  readonly epochDirectory: string;
  readonly seed: number;
}

class Child {
  private readonly place: Place;
  private readonly socket: Socket;
  private readonly out = new MessageWriter();
  private readonly splitter = new MessageSplitter();
  private process: TradingProcess | null = null;
  private clock = new VirtualClock(0 as EpochMicros);
  private printed = 0;

  constructor(place: Place) {
    this.place = place;
    this.socket = createConnection(place.socketPath);
    this.socket.on('data', (chunk) => this.guarded(() => this.onData(chunk)));
    this.socket.on('error', (error) => this.fail(error));
    // The venue is gone: nobody is there to trade with.
    this.socket.on('close', () => process.exit(0));
    this.out.numbers(MessageKind.HELLO, WIRE_VERSION);
    this.flush();
    // Written at exit otherwise, and it is not meant to exit.
    flushCompileCache();
    setInterval(() => this.guarded(() => this.catchUp()), LOOK_MILLISECONDS);
  }

  private onData(chunk: Uint8Array): void {
    this.splitter.push(chunk, (message) => this.onMessage(message));
    this.flush();
  }

  private onMessage(message: Message): void {
    if (message.kind === MessageKind.WELCOME) {
      this.start(message);
      return;
    }
    const trading = this.trading;
    switch (message.kind) {
      case MessageKind.EVENT: {
        const event = message.event();
        this.clock.runUntil(event.atMicros);
        trading.publish(event);
        return;
      }
      case MessageKind.TURN:
        this.clock.runUntil(message.number() as EpochMicros);
        break;
      case MessageKind.OPERATE:
        trading.operate(message.number() as OperatorAction);
        break;
      case MessageKind.SYNC:
        trading.makeDurable();
        break;
      case MessageKind.LEAVE:
        trading.close();
        break;
      default:
        throw new RangeError(`message ${message.kind} is not for a trading process`);
    }
    this.catchUp();
    const { host, journal, heldOrderCount } = trading;
    this.out.numbers(MessageKind.DONE, host.lastSequence, journal.durableSequence, heldOrderCount);
  }

  private start(welcome: Message): void {
    const version = welcome.number();
    if (version !== WIRE_VERSION) throw new RangeError(`venue speaks version ${version}`);
    const { directory, epochDirectory, seed } = this.place;
    const { loaded, setup } = crashSetup(seed);
    const { limits, session } = loaded.configuration;
    this.clock = new VirtualClock(welcome.number() as EpochMicros);
    const trading = new TradingProcess({
      setup,
      model: null,
      worldName: 'crash-campaign',
      program: { build: 'crash-campaign', nodeVersion: process.versions.node },
      checkpointEvents: session.checkpointEvents,
      leaseExpiryMicros: limits.leaseExpiry,
      leaseRenewalMicros: limits.leaseRenewal,
      ownOrdersInBook: true,
      clock: this.clock,
      wallClock: new SystemClock(),
      storage: new FileStorage(directory),
      epochStorage: new FileStorage(epochDirectory),
      gateway: { submit: (command) => this.submit(command) },
      probe: new NoProbe(),
      writeAhead: 'hold',
      resume: true,
      openSink: ({ storage: _, ...position }) => new GroupCommit({ directory, ...position }),
    });
    this.process = trading;
    const { epoch, recovery } = trading;
    this.out.numbers(
      MessageKind.RECOVERED,
      epoch,
      recovery?.life ?? 1,
      recovery?.eventCount ?? 0,
      recovery?.cutSize ?? 0,
      recovery?.snapshotSequence ?? 0,
    );
    trading.start();
    this.out.numbers(
      MessageKind.DONE,
      trading.host.lastSequence,
      trading.journal.durableSequence,
      0,
    );
  }

  private get trading(): TradingProcess {
    if (this.process === null) throw new Error('nothing has been welcomed yet');
    return this.process;
  }

  private submit(command: Readonly<OrderCommand | RequestCommand>): void {
    this.out.command(this.trading.host.lastSequence, command);
  }

  /** Says what is durable by now, and lets the orders go that waited for it. */
  private catchUp(): void {
    if (this.process === null) return;
    const { durableSequence } = this.process.journal;
    if (durableSequence > this.printed) {
      this.printed = durableSequence;
      // At once, and not through a buffer that would die with us.
      writeSync(1, `durable ${durableSequence}\n`);
    }
    if (!this.process.isDown) this.process.releaseOrders();
    this.flush();
  }

  private flush(): void {
    if (!this.out.isEmpty) this.socket.write(this.out.take());
  }

  private guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.fail(error);
    }
  }

  /** No second try: the process is gone, and what it had written is what it leaves. */
  private fail(error: unknown): void {
    const { code = 'BUG' } = error as { readonly code?: string };
    try {
      writeSync(2, `failed ${code}: ${error instanceof Error ? error.stack : String(error)}\n`);
    } finally {
      // With the venue's process the reader of our words is gone too: then there is nobody to tell.
      process.exit(FAILED);
    }
  }
}

const [socketPath = '', directory = '', epochDirectory = '', seed = ''] = process.argv.slice(2);
new Child({ socketPath, directory, epochDirectory, seed: Number(seed) });
