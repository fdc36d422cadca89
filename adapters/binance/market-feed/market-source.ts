import { DecodedKind, type FrameDecoder, FrameError } from '#adapters/binance/frames/frames.ts';
import { SbeDecoder, SbeError } from '#adapters/binance/sbe/sbe.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { UsdmFrameDecoder } from '#adapters/binance/usdm/usdm.ts';
import type { Timers } from '#adapters/clock/timers.ts';
import type { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import { type ConnectionPolicy, StreamConnection } from '#adapters/connection/connection.ts';
import { SilenceWatch } from '#adapters/connection/silence-watch.ts';
import type { SocketOpener } from '#adapters/connection/wire-socket.ts';
import type { MarketEvent } from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import type { EpochMicros } from '#units/integers.ts';
import { type StreamGroup, streamGroups } from './market-streams.ts';

/** Where one source of a market connects. */
export interface SourceAddress {
  /** Base of the stream URLs: scheme, host, port. */
  readonly baseUrl: string;
  /** 'sbe': binary frames, spot only; asks for an Ed25519 key in `headers`. */
  readonly wire: 'json' | 'sbe';
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SourceListener {
  /**
   * Hot: every message that says something. The event is refilled by the next; `frame` is the message
   * as received, null for a binary one.
   */
  onEvent(event: MarketEvent, frame: Buffer | null): void;
  onUp(): void;
  onDown(reason: string): void;
  /** A frame that cannot be read, or a silent stream. */
  onFault(what: string): void;
  onNote(note: string): void;
}

export interface SourceOptions {
  readonly name: string;
  readonly instrument: Instrument;
  readonly address: SourceAddress;
  readonly timers: Timers;
  readonly open: SocketOpener;
  readonly attempts: AttemptBudget;
  readonly random: () => number;
  readonly listener: SourceListener;
  readonly policy?: Partial<ConnectionPolicy>;
}

/** One source of one market: its connections, its own decoders, its watchdogs. */
export class MarketSource {
  private readonly links: readonly Link[];

  constructor(options: SourceOptions) {
    const groups = streamGroups(options.instrument, options.address.wire);
    this.links = groups.map((group, index) => new Link(options, group, `${options.name}.${index}`));
  }

  start(): void {
    for (const link of this.links) link.start();
  }

  stop(): void {
    for (const link of this.links) link.stop();
  }
}

/** One connection with the streams of one path. */
class Link {
  private readonly options: SourceOptions;
  private readonly group: StreamGroup;
  private readonly json: FrameDecoder;
  private readonly sbe: SbeDecoder;
  private readonly connection: StreamConnection;
  private readonly watch: SilenceWatch;
  private requestId = 0;
  private atMicros = 0 as EpochMicros;

  constructor(options: SourceOptions, group: StreamGroup, name: string) {
    const { instrument, address, timers, listener } = options;
    this.options = options;
    this.group = group;
    const isSpot = instrument.market === Market.SPOT;
    this.json = isSpot ? new SpotFrameDecoder(instrument) : new UsdmFrameDecoder(instrument);
    this.sbe = new SbeDecoder(instrument);
    const names = group.streams.map((stream) => stream.name).join('/');
    const target = {
      url: `${address.baseUrl}${group.path}?streams=${names}`,
      ...(address.headers === undefined ? {} : { headers: address.headers }),
    };
    this.connection = new StreamConnection({
      name,
      timers,
      open: options.open,
      target: () => target,
      attempts: options.attempts,
      random: options.random,
      policy: { controlFramesPerSecond: group.controlFramesPerSecond, ...options.policy },
      listener: {
        // Streams are in the URL; the answer proves that the venue listens, also in a quiet market.
        onLineOpen: (line) => this.connection.send(line, this.request('LIST_SUBSCRIPTIONS')),
        onFrame: (bytes, isBinary, at, line) => this.onFrame(bytes, isBinary, at, line),
        onUp: () => {
          this.watch.start();
          if (group.carriesBook) listener.onUp();
        },
        onDown: (reason) => {
          this.watch.stop();
          if (group.carriesBook) listener.onDown(reason);
        },
        onNote: (note) => listener.onNote(note),
      },
    });
    this.watch = new SilenceWatch(timers, group.streams, {
      resubscribe: (stream) => {
        listener.onFault(`${stream} is silent`);
        this.connection.sendToAll(this.request('UNSUBSCRIBE', stream));
        this.connection.sendToAll(this.request('SUBSCRIBE', stream));
      },
      reconnect: (stream) => {
        listener.onFault(`${stream} is silent after a new subscription`);
        this.connection.renew(`${stream} is silent`);
      },
    });
  }

  start(): void {
    this.connection.start();
  }

  stop(): void {
    this.watch.stop();
    this.connection.stop();
  }

  /** Hot: every frame. */
  private onFrame(bytes: Buffer, isBinary: boolean, atMicros: EpochMicros, line: number): void {
    this.atMicros = atMicros;
    try {
      if (isBinary) {
        this.connection.confirm(line);
        this.sbe.decode(bytes, atMicros, this.consumeBinary);
        return;
      }
      this.onKind(this.json.decode(bytes, 0, bytes.length, atMicros), bytes, line);
    } catch (error) {
      if (!(error instanceof FrameError || error instanceof SbeError)) throw error;
      this.options.listener.onFault(error.message);
    }
  }

  private onKind(kind: DecodedKind, bytes: Buffer, line: number): void {
    switch (kind) {
      case DecodedKind.DEPTH_DELTA:
      case DecodedKind.BOOK_TICKER:
      case DecodedKind.TRADE:
      case DecodedKind.MARK_PRICE:
        this.connection.confirm(line);
        this.consume(this.json.event, bytes);
        return;
      case DecodedKind.CONTROL:
        this.connection.confirm(line);
        return;
      case DecodedKind.CONTROL_REFUSED:
        this.options.listener.onFault(`the venue refused: ${this.json.controlMessage}`);
        return;
      case DecodedKind.SERVER_SHUTDOWN:
        this.connection.renew('the venue says that this server goes away');
        return;
      case DecodedKind.DEPTH_SNAPSHOT:
      case DecodedKind.NONE:
      case DecodedKind.IGNORED:
      case DecodedKind.UNREAD:
        return;
    }
  }

  private readonly consumeBinary = (event: MarketEvent): void => this.consume(event, null);

  private consume(event: MarketEvent, frame: Buffer | null): void {
    const { streams } = this.group;
    for (let index = 0; index < streams.length; index++) {
      if (streams[index]?.eventKind === event.kind) this.watch.hear(index, this.atMicros);
    }
    this.options.listener.onEvent(event, frame);
  }

  private request(method: string, stream?: string): string {
    this.requestId += 1;
    const params = stream === undefined ? {} : { params: [stream] };
    return JSON.stringify({ method, ...params, id: this.requestId });
  }
}
