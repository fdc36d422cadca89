import { isOnThisHost } from '#adapters/binance/environments/environments.ts';
import {
  InstrumentError,
  instrumentFromExchangeInfo,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import { DeadManSwitch } from '#adapters/binance/trading/dead-man-switch.ts';
import type { Failure, Remedy } from '#adapters/binance/trading/error-table.ts';
import { OrderIdText } from '#adapters/binance/trading/order-id-text.ts';
import { UsdmOrderRequests } from '#adapters/binance/trading/order-requests.ts';
import type { RateLimit } from '#adapters/binance/trading/rate-limiter.ts';
import type { Timer } from '#adapters/clock/timers.ts';
import type { RequestSigner } from '#adapters/signing/signing.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import {
  type EngineEvent,
  InstrumentDefinedEvent,
  OperatorAction,
  OperatorEvent,
} from '#contracts/events.ts';
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import type { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import {
  type DurationMicros,
  type EpochMicros,
  type InstrumentIndex,
  MICROS_PER_SECOND,
  NO_ORDER,
} from '#units/integers.ts';
import { LiveLine } from './live-line.ts';
import { LiveVenue } from './live-venue.ts';
import type { SessionSetup } from './session-setup.ts';
import type { TradingWorld } from './trading-world.ts';
import { VenueMarket, type VenueWays } from './venue-market.ts';
import { askExchangeInfo, VenueUnreachableError } from './venue-questions.ts';

/** Status, filters and bounds are read again this often, and when an answer says that they changed. */
const REFRESH_MICROS = (60 * MICROS_PER_SECOND) as DurationMicros;
/** While something does not trade: its end must be noticed, too. */
const REFRESH_CLOSED_MICROS = (5 * MICROS_PER_SECOND) as DurationMicros;
/** Not oftener, whatever the answers say. */
const REFRESH_MICROS_MIN = 4 * MICROS_PER_SECOND;
/** The perpetual's orders end this long after the venue heard of us last. */
const COUNTDOWN_MILLIS = 30_000;
/** Rounds of asking and cancelling at the end. */
const CONFIRM_ROUNDS = 5;

export interface LiveWorldOptions {
  readonly setup: SessionSetup;
  readonly clock: VirtualClock;
  readonly sink: EventSink;
  readonly ways: VenueWays;
  /** One for each instrument. */
  readonly signers: readonly RequestSigner[];
  readonly limits: readonly (readonly RateLimit[])[];
}

/**
 * A real venue: its market data, and its account. The clock is virtual and driven by the wall: by who
 * paces the session, and by each message, so that everything due before a message runs before it.
 */
export class LiveWorld implements TradingWorld {
  readonly clock: VirtualClock;
  readonly venue: LiveVenue;
  /** True on a simulator of this host. */
  readonly isSynthetic: boolean;
  readonly isLiveFeed = true;
  readonly isLiveVenue = true;
  readonly ownOrdersInBook = true;
  readonly regime = null;
  readonly isExhausted = false;
  private readonly options: LiveWorldOptions;
  private readonly markets: readonly VenueMarket[];
  private readonly lines: readonly LiveLine[];
  private readonly names: OrderIdText;
  /** The venue's own countdown on the perpetual: it cancels there when nothing is heard of us. */
  private readonly deadMan: DeadManSwitch | null;
  private refreshTimer: Timer | null = null;
  /** When each instrument's rules were asked for last. */
  private readonly refreshedMicros: number[] = [];
  private isClosed = false;
  private isStopped = false;

  constructor(options: LiveWorldOptions) {
    const { setup, clock, ways, signers, limits } = options;
    this.options = options;
    this.clock = clock;
    this.isSynthetic = isOnThisHost(ways.environment);
    this.names = new OrderIdText(setup.instance);
    const sink: EventSink = { publish: (event) => this.onEvent(event) };
    this.markets = setup.instruments.map(
      (instrument) => new VenueMarket({ ways, instrument, sink }),
    );
    this.lines = setup.instruments.map((instrument, index) => {
      const signer = signers[index];
      if (signer === undefined) throw new RangeError(`no key for ${instrument.symbol}`);
      return new LiveLine({
        ways,
        instrument,
        signer,
        limits: limits[index] ?? [],
        names: this.names,
        sink,
        onSnapshotRequest: () => this.markets[index]?.requestSnapshot(),
        onRemedy: (remedy, failure) => this.onRemedy(remedy, failure, index),
      });
    });
    this.deadMan = this.openDeadMan();
    this.venue = new LiveVenue(this.lines.map((line) => line.gateway));
  }

  wallMicros(): number {
    return this.options.ways.timers.nowMicros();
  }

  start(): void {
    for (const line of this.lines) line.start();
    for (const market of this.markets) market.start();
    // Never rejects: each failure is told.
    void this.deadMan?.arm();
    this.scheduleRefresh();
  }

  queueAheadLots(): number {
    return -1;
  }

  /** What of ours the venue still has open, after it was cancelled again. */
  async confirmRest(): Promise<number> {
    let open = 0;
    for (const line of this.lines) open += await this.confirmLine(line);
    // What is still open is better cancelled by the venue's countdown than by nobody.
    if (open === 0) await this.deadMan?.disarm();
    return open;
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.refreshTimer?.cancel();
    this.deadMan?.letGo();
    for (const market of this.markets) market.stop();
    for (const line of this.lines) line.stop();
  }

  private openDeadMan(): DeadManSwitch | null {
    const { timers, onNote } = this.options.ways;
    const perpetual = this.lines.find((line) => line.requests instanceof UsdmOrderRequests);
    if (perpetual === undefined) return null;
    return new DeadManSwitch({
      requests: perpetual.requests as UsdmOrderRequests,
      symbols: [perpetual.instrument.symbol],
      countdownMillis: COUNTDOWN_MILLIS,
      timers,
      onFailure: ({ symbol, what, why }) =>
        onNote(`${symbol}: the venue's countdown, ${what.toLowerCase()}: ${why}`),
    });
  }

  private async confirmLine(line: LiveLine): Promise<number> {
    const { symbol } = line.instrument;
    let open = -1;
    for (let round = 0; round < CONFIRM_ROUNDS; round++) {
      const answer = await line.requests.openOrders(symbol);
      if (answer.kind === 'DONE') {
        open = this.countOurs(answer.result);
        if (open === 0) return 0;
      }
      await line.requests.cancelAll(symbol);
    }
    const { onNote } = this.options.ways;
    if (open < 0) onNote(`${symbol}: the venue did not say what is open: look there`);
    // Not known is not none.
    return open < 0 ? Math.max(1, this.venue.openOrders(line.instrument.index).length) : open;
  }

  private countOurs(rows: unknown): number {
    if (!Array.isArray(rows)) return 0;
    return (rows as readonly unknown[]).filter((row) => {
      const text = (row as { readonly clientOrderId?: unknown } | null)?.clientOrderId;
      return typeof text === 'string' && this.names.read(text) !== NO_ORDER;
    }).length;
  }

  /** Hot: every message. */
  private onEvent(event: EngineEvent): void {
    if (this.isClosed) return;
    const { clock, options } = this;
    const now = Math.max(options.ways.timers.nowMicros(), clock.nowMicros);
    clock.runUntil(now as EpochMicros);
    event.atMicros = clock.nowMicros;
    this.venue.onEvent(event);
    options.sink.publish(event);
  }

  private onRemedy(remedy: Remedy, failure: Failure, index: number): void {
    if (remedy === 'RELOAD_INSTRUMENT') this.refresh(index);
    if (remedy !== 'STOP' || this.isStopped) return;
    const { onNote } = this.options.ways;
    onNote(`stopped: the venue refuses our key or account (${failure.code} ${failure.message})`);
    this.stopTrading();
  }

  private scheduleRefresh(): void {
    const isClosed = this.lines.some(
      ({ instrument }) => instrument.status !== InstrumentStatus.TRADING,
    );
    const pause = isClosed ? REFRESH_CLOSED_MICROS : REFRESH_MICROS;
    this.refreshTimer?.cancel();
    this.refreshTimer = this.options.ways.timers.after(pause, () => {
      for (let index = 0; index < this.lines.length; index++) this.refresh(index);
      this.scheduleRefresh();
    });
  }

  /** Reads exchangeInfo again, and tells the engine when something in it changed. */
  private refresh(index: number): void {
    const { ways } = this.options;
    const nowMicros = ways.timers.nowMicros();
    if (nowMicros - (this.refreshedMicros[index] ?? 0) < REFRESH_MICROS_MIN) return;
    this.refreshedMicros[index] = nowMicros;
    const line = this.lines[index] as LiveLine;
    const { market, symbol } = line.instrument;
    askExchangeInfo(ways, market, symbol).then(
      (answer) => this.onExchangeInfo(line, answer),
      (error: unknown) => {
        if (!(error instanceof VenueUnreachableError)) throw error;
        ways.onNote(`${symbol}: its rules were not read again, ${error.message}`);
      },
    );
  }

  private onExchangeInfo(line: LiveLine, answer: unknown): void {
    if (this.isClosed) return;
    const known = line.instrument;
    const next = readAgain(known, answer);
    if (sameRules(known, next)) return;
    line.instrument = next;
    const { onNote } = this.options.ways;
    onNote(`${known.symbol}: its rules changed (version ${next.version})`);
    const defined = new InstrumentDefinedEvent();
    defined.instrument = next;
    this.onEvent(defined);
    if (known.status !== next.status) this.scheduleRefresh();
    if (isSameGrid(known, next)) return;
    // Prices and quantities under way are counted on the old grid.
    onNote(`${known.symbol}: tick or step changed: stopped, start a new session`);
    this.stopTrading();
  }

  /** Until a new session: a person must look first. */
  private stopTrading(): void {
    this.isStopped = true;
    const stop = new OperatorEvent();
    stop.action = OperatorAction.STOP;
    this.onEvent(stop);
  }

  /** Lines of the session, for tests and the page. */
  lineOf(instrument: InstrumentIndex): LiveLine | null {
    return this.lines[instrument] ?? null;
  }
}

/** The rules as the venue has them now. A symbol that is gone, or makes no sense, is halted. */
function readAgain(known: Instrument, answer: unknown): Instrument {
  const version = known.version + 1;
  try {
    const { market, symbol } = known;
    return instrumentFromExchangeInfo(answer, market, symbol, { ...known, version });
  } catch (error) {
    if (!(error instanceof InstrumentError)) throw error;
    return { ...known, version, status: InstrumentStatus.HALT };
  }
}

function sameRules(left: Instrument, right: Instrument): boolean {
  return JSON.stringify({ ...left, version: 0 }) === JSON.stringify({ ...right, version: 0 });
}

function isSameGrid(left: Instrument, right: Instrument): boolean {
  return (
    left.priceUnitsPerTick === right.priceUnitsPerTick &&
    left.baseUnitsPerLot === right.baseUnitsPerLot
  );
}
