/**
 * What the venue says of our account in one market, over two independent channels: the user data stream
 * and its drop copy. Each event goes on once, by the channel that brings it first.
 */
import type { Timer, Timers } from '#adapters/clock/timers.ts';
import type { AttemptBudget } from '#adapters/connection/attempt-budget.ts';
import type { ConnectionPolicy } from '#adapters/connection/connection.ts';
import type { SocketOpener } from '#adapters/connection/wire-socket.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import { type AccountEvent, FeedState, PrivateFeedStatusEvent } from '#contracts/events.ts';
import { ReportChannel } from '#contracts/execution-report.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { type DurationMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import type { ReadOrderId } from './order-names.ts';
import type { PrivateDecoder, PrivateDecoderOptions } from './private-frame.ts';
import { SpotPrivateDecoder } from './spot-private.ts';
import { UsdmPrivateDecoder } from './usdm-private.ts';
import { type PrivateAccess, UserDataStream } from './user-data-stream.ts';

export type { ReadOrderId } from './order-names.ts';
export type { PrivateAccess } from './user-data-stream.ts';

/** Events remembered to tell the second arrival: minutes of a busy account. */
const REMEMBERED_MAX = 16_384;
/** A drop copy that the primary has not brought within this was missed by it. */
const MISSED_MICROS = MICROS_PER_SECOND as DurationMicros;

/**
 * How old the last good news of a channel can be when it ends: the time in which a dead socket is noticed,
 * and two seconds in which the venue may have held events back.
 */
const UNNOTICED_MICROS = 10 * MICROS_PER_SECOND;

/** A channel that lags so long behind the other does not cover for it; five times as long: it is renewed. */
const LAG_MICROS = MICROS_PER_SECOND;
const SILENCE_MICROS = 5 * LAG_MICROS;

const CHANNELS = [
  { name: 'user', channel: ReportChannel.USER_STREAM },
  { name: 'drop', channel: ReportChannel.DROP_COPY },
] as const;

export interface PrivateFeedOptions {
  readonly instrument: Instrument;
  /** One access for each channel: the primary, then the drop copy. One alone has no drop copy. */
  readonly accesses: readonly PrivateAccess[];
  readonly readOrderId: ReadOrderId;
  readonly timers: Timers;
  readonly open: SocketOpener;
  readonly attempts: AttemptBudget;
  readonly random: () => number;
  readonly sink: EventSink;
  readonly onNote: (note: string) => void;
  readonly policy?: Partial<ConnectionPolicy>;
  /** The venue refused the time of a subscription (-1021): measure its clock anew before the next. */
  readonly resyncClock?: () => Promise<unknown>;
}

export class PrivateFeed {
  /** Events that came a second time. */
  duplicateCount = 0;
  /** Events that the drop copy brought and the primary did not within a second. */
  foundByDropCopyCount = 0;
  /** Times at which the account had to be asked for. */
  untoldCount = 0;
  /** As the venue has it now: what is told from now on is read by its steps. */
  instrument: Instrument;
  private readonly options: PrivateFeedOptions;
  private readonly streams: readonly UserDataStream[];
  private readonly isUp: boolean[];
  /** When each channel came up. */
  private readonly upSinceMicros: number[];
  /** Since when the other channel brings what this one does not; 0 while it does. */
  private readonly behindSinceMicros: number[];
  private readonly seen = new Map<string, Timer | null>();
  private readonly status = new PrivateFeedStatusEvent();

  constructor(options: PrivateFeedOptions) {
    this.options = options;
    this.instrument = options.instrument;
    this.status.instrument = options.instrument.index;
    this.isUp = options.accesses.map(() => false);
    this.upSinceMicros = options.accesses.map(() => 0);
    this.behindSinceMicros = options.accesses.map(() => 0);
    this.streams = options.accesses.map((access, index) => this.buildStream(access, index));
  }

  start(): void {
    for (const stream of this.streams) stream.start();
  }

  stop(): void {
    for (const stream of this.streams) stream.stop();
    for (const timer of this.seen.values()) timer?.cancel();
    this.seen.clear();
  }

  private buildStream(access: PrivateAccess, index: number): UserDataStream {
    const place = CHANNELS[index];
    if (place === undefined) throw new RangeError('a market has two private channels at most');
    const { instrument, readOrderId, timers, open, attempts, random, onNote, policy, resyncClock } =
      this.options;
    const now = (): Instrument => this.instrument;
    const decoder = decoderOf({
      channel: place.channel,
      readOrderId,
      get instrument() {
        return now();
      },
    });
    return new UserDataStream({
      name: `${instrument.symbol}.${place.name}`,
      access,
      decoder,
      timers,
      open,
      attempts,
      random,
      ...(policy === undefined ? {} : { policy }),
      ...(resyncClock === undefined ? {} : { resyncClock }),
      listener: {
        onEvents: (events, key) => this.onEvents(events, key, index),
        onUp: () => this.onStatus(index, true),
        onDown: () => this.onStatus(index, false),
        onUntold: (what) => this.onUntold(what),
        onNote,
      },
    });
  }

  private onEvents(events: readonly AccountEvent[], key: string, index: number): void {
    const { seen } = this;
    this.behindSinceMicros[index] = 0;
    if (seen.has(key)) {
      this.duplicateCount += 1;
      if (index > 0) return;
      seen.get(key)?.cancel();
      seen.set(key, null);
      return;
    }
    if (seen.size === REMEMBERED_MAX) this.forgetOldest();
    seen.set(key, index === 0 ? null : this.watchPrimary());
    this.watchOther(index);
    for (const event of events) this.options.sink.publish(event);
  }

  /**
   * A subscription can be acknowledged and silent for ever. It is found by what the other channel brings,
   * and renewed; a quiet account finds it with the next order.
   */
  private watchOther(index: number): void {
    const nowMicros = this.options.timers.nowMicros();
    for (const [other, stream] of this.streams.entries()) {
      if (other === index || this.isUp[other] !== true) continue;
      const since = this.behindSinceMicros[other] ?? 0;
      if (since === 0) this.behindSinceMicros[other] = nowMicros;
      else if (nowMicros - since > SILENCE_MICROS) {
        this.behindSinceMicros[other] = nowMicros;
        stream.renew('it is silent while the other private channel is not');
      }
    }
  }

  /** The primary has a second to bring what the drop copy has brought. */
  private watchPrimary(): Timer {
    return this.options.timers.after(MISSED_MICROS, () => {
      this.foundByDropCopyCount += 1;
      this.options.onNote(
        `${this.options.instrument.symbol}: the drop copy brought what the user stream did not`,
      );
    });
  }

  private forgetOldest(): void {
    for (const key of this.seen.keys()) {
      this.seen.delete(key);
      return;
    }
  }

  /**
   * The engine is told when the last channel is lost, and asks for everything when the first is back. A
   * channel that ends may have been dead for a while: unless another has been up all that time, what
   * happened before it came up was told by neither.
   */
  private onStatus(index: number, isUp: boolean): void {
    const wasAny = this.isUp.includes(true);
    this.isUp[index] = isUp;
    const isAny = this.isUp.includes(true);
    const nowMicros = this.options.timers.nowMicros();
    this.behindSinceMicros[index] = 0;
    if (isUp) this.upSinceMicros[index] = nowMicros;
    if (isAny !== wasAny) {
      this.publishStatus(isAny ? FeedState.CONNECTED : FeedState.DISCONNECTED);
    } else if (!isUp && !this.isCovered(nowMicros)) {
      const { symbol } = this.options.instrument;
      this.onUntold(`${symbol}: a private channel ended, and the other is new or lags behind`);
    }
  }

  private isCovered(nowMicros: number): boolean {
    return this.isUp.some((isUp, index) => {
      const behindSince = this.behindSinceMicros[index] ?? 0;
      const isBehind = behindSince > 0 && nowMicros - behindSince > LAG_MICROS;
      const isOld = nowMicros - (this.upSinceMicros[index] ?? 0) >= UNNOTICED_MICROS;
      return isUp && isOld && !isBehind;
    });
  }

  /** As after a break: the engine asks for the account, its orders and its trades. */
  private onUntold(what: string): void {
    this.untoldCount += 1;
    this.options.onNote(what);
    if (!this.isUp.includes(true)) return;
    this.publishStatus(FeedState.DISCONNECTED);
    this.publishStatus(FeedState.CONNECTED);
  }

  private publishStatus(state: FeedState): void {
    this.status.atMicros = this.options.timers.nowMicros();
    this.status.state = state;
    this.options.sink.publish(this.status);
  }
}

function decoderOf(options: PrivateDecoderOptions): PrivateDecoder {
  const isSpot = options.instrument.market === Market.SPOT;
  return isSpot ? new SpotPrivateDecoder(options) : new UsdmPrivateDecoder(options);
}
