/**
 * The production connectors of one life of the process in the fault world, before simulated doors of the
 * venue: the same lines as in a live session, with their timers on the virtual clock.
 */
import type { Environment } from '#adapters/binance/environments/environments.ts';
import { OrderIdText } from '#adapters/binance/trading/order-id-text.ts';
import { SPOT_RATE_LIMITS, USDM_RATE_LIMITS } from '#adapters/binance/trading/rate-limiter.ts';
import type { HttpReply } from '#adapters/binance/trading/rest-transport.ts';
import type { Timer, Timers } from '#adapters/clock/timers.ts';
import { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import type { HttpAnswer, HttpCall } from '#adapters/connection/http-get.ts';
import type { SocketOpener } from '#adapters/connection/wire-socket.ts';
import type { RequestSigner } from '#adapters/signing/signing.ts';
import type { EventSink, OrderGateway } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import type { DurationMicros, EpochMicros, InstrumentIndex } from '#units/integers.ts';
import { LiveLine } from './live-line.ts';
import { LiveVenue } from './live-venue.ts';
import type { TaskClock } from './task-clock.ts';

const ENVIRONMENT: Environment = {
  name: 'custom',
  spot: {
    rest: 'https://spot.example',
    streams: ['wss://spot.example', 'wss://spot.example'],
    webSocketApi: 'wss://spot.example/ws-api/v3',
    binaryStreams: 'wss://spot.example',
  },
  usdm: {
    rest: 'https://usdm.example',
    streams: ['wss://usdm.example', 'wss://usdm.example'],
    webSocketApi: 'wss://usdm.example/ws-fapi/v1',
  },
};
const INSTANCE = 'sim';
/** A session that logs on, as with an Ed25519 key; these doors look at no signature. */
const SIGNER: RequestSigner = { apiKey: 'key', canLogOn: true, sign: () => 'signed' };
const ANSWER_MILLIS_MAX = 3_000;

/** The doors as the connectors need them. */
export interface Doors {
  readonly open: SocketOpener;
  http(method: string, url: string, millisMax: number): Promise<HttpReply>;
}

export interface ConnectorLifeOptions {
  readonly instruments: readonly Instrument[];
  /** Time as the process feels it: its timers stand still with it. */
  readonly clock: TaskClock;
  readonly random: () => number;
  readonly doors: Doors;
  readonly sink: EventSink;
  readonly onSnapshotRequest: (instrument: InstrumentIndex) => void;
  /** A timer of the connectors ran: promises may have been settled. */
  readonly onTimer: () => void;
}

export class ConnectorLife {
  readonly gateway: OrderGateway;
  private readonly lines: readonly LiveLine[];
  private readonly timers: TaskTimers;

  /** Nothing is sent before `start`. */
  constructor(options: ConnectorLifeOptions) {
    const { instruments, clock, random, doors, sink, onSnapshotRequest, onTimer } = options;
    this.timers = new TaskTimers(clock, onTimer);
    const call: HttpCall = async (method, url) =>
      answerOf(await doors.http(method, url, ANSWER_MILLIS_MAX));
    const ways = {
      environment: ENVIRONMENT,
      timers: this.timers,
      open: doors.open,
      attempts: new AttemptBudget(),
      random,
      onNote: (): void => undefined,
      call,
      get: (url: string) => call('GET', url),
      rest: (baseUrl: string) => ({
        send: (method: string, path: string) =>
          doors.http(method, `${baseUrl}${path}`, ANSWER_MILLIS_MAX),
        close: () => Promise.resolve(),
      }),
    };
    const names = new OrderIdText(INSTANCE);
    const heard: EventSink = {
      publish: (event) => {
        // The offset of the host's clock is told by the world, as it is without sockets.
        if (event.kind !== EventKind.HOST_MEASUREMENT) sink.publish(event);
      },
    };
    this.lines = instruments.map(
      (instrument) =>
        new LiveLine({
          ...{ ways, instrument, signer: SIGNER, names, sink: heard },
          limits: instrument.market === Market.SPOT ? SPOT_RATE_LIMITS : USDM_RATE_LIMITS,
          onSnapshotRequest: () => onSnapshotRequest(instrument.index),
          onRemedy: () => undefined,
        }),
    );
    this.gateway = new LiveVenue(this.lines.map((line) => line.gateway));
  }

  /** Instruments as the connectors know them now. */
  get instruments(): readonly Instrument[] {
    return this.lines.map(({ instrument }) => instrument);
  }

  start(): void {
    for (const line of this.lines) line.start();
  }

  /** The venue's rules have changed, and the process was told. */
  define(instrument: Instrument): void {
    const line = this.lines[instrument.index];
    if (line !== undefined) line.instrument = instrument;
  }

  /** The process is gone: no timer of it runs any more. */
  end(): void {
    this.timers.end();
  }
}

/** Timers over a clock that takes nothing back: who was cancelled returns at once. */
class TaskTimers implements Timers {
  private readonly clock: TaskClock;
  private readonly onTimer: () => void;
  private isOver = false;

  constructor(clock: TaskClock, onTimer: () => void) {
    this.clock = clock;
    this.onTimer = onTimer;
  }

  nowMicros(): EpochMicros {
    return this.clock.nowMicros;
  }

  after(delayMicros: DurationMicros, task: () => void): Timer {
    let isWaiting = true;
    const run = (): void => {
      if (!isWaiting || this.isOver) return;
      isWaiting = false;
      this.onTimer();
      task();
    };
    const at = this.clock.nowMicros + Math.max(0, delayMicros);
    this.clock.schedule(at as EpochMicros, { run });
    return {
      cancel: () => {
        isWaiting = false;
      },
    };
  }

  end(): void {
    this.isOver = true;
  }
}

function answerOf({ status, headers, text }: HttpReply): HttpAnswer {
  return { status, headers, body: Buffer.from(text, 'utf8') };
}
