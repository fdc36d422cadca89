/**
 * What can enter the engine. Four families: the market moves, the venue reports, time passes,
 * someone says something. Nothing else changes state.
 *
 * Events are refilled objects: writers set every field, readers take `Readonly<...>` and copy what
 * they keep. `sequence` is given when the event is applied; `atMicros` is the event's stamp and the
 * only clock the engine knows.
 */
import {
  type AssetUnits,
  type DurationMicros,
  type EpochMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  type PriceTicks,
  type PriceUnits,
  type QuantityLots,
  type RateUnits,
  type Sequence,
} from '#units/integers.ts';
import { EventKind } from './event-kind.ts';
import type { ExecutionReport } from './execution-report.ts';
import type { Instrument } from './instrument.ts';
import { type BalanceSlot, Side } from './order.ts';
import { NO_LIMITS, type RiskLimits } from './risk-limits.ts';

export class TimerEvent {
  readonly kind = EventKind.TIMER;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
}

/** One side of a depth message: absolute quantities, zero removes the level. Grows, never shrinks. */
export class LevelColumn {
  count = 0;
  pricesTicks: Float64Array;
  quantitiesLots: Float64Array;

  constructor(capacity = 128) {
    this.pricesTicks = new Float64Array(capacity);
    this.quantitiesLots = new Float64Array(capacity);
  }

  clear(): void {
    this.count = 0;
  }

  push(price: number, quantity: number): void {
    if (this.count === this.pricesTicks.length) this.grow();
    this.pricesTicks[this.count] = price;
    this.quantitiesLots[this.count] = quantity;
    this.count += 1;
  }

  copyFrom(other: LevelColumn): void {
    while (this.pricesTicks.length < other.count) this.grow();
    this.pricesTicks.set(other.pricesTicks.subarray(0, other.count));
    this.quantitiesLots.set(other.quantitiesLots.subarray(0, other.count));
    this.count = other.count;
  }

  private grow(): void {
    const prices = new Float64Array(this.pricesTicks.length * 2);
    const quantities = new Float64Array(this.pricesTicks.length * 2);
    prices.set(this.pricesTicks);
    quantities.set(this.quantitiesLots);
    this.pricesTicks = prices;
    this.quantitiesLots = quantities;
  }
}

/** No previous update id: spot depth chains by firstUpdateId instead. */
export const NO_PREVIOUS_UPDATE = -1;

/** Venue's diff depth message. Source: `depthUpdate`, spot (U, u) and USD-M (U, u, pu). */
export class DepthDeltaEvent {
  readonly kind = EventKind.DEPTH_DELTA;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  venueTimeMicros = 0 as EpochMicros;
  firstUpdateId = 0;
  lastUpdateId = 0;
  previousUpdateId = NO_PREVIOUS_UPDATE;
  readonly bids = new LevelColumn();
  readonly asks = new LevelColumn();
}

/** REST depth snapshot, best level first on both sides. */
export class DepthSnapshotEvent {
  readonly kind = EventKind.DEPTH_SNAPSHOT;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  venueTimeMicros = 0 as EpochMicros;
  lastUpdateId = 0;
  readonly bids = new LevelColumn(1024);
  readonly asks = new LevelColumn(1024);
}

export class BookTickerEvent {
  readonly kind = EventKind.BOOK_TICKER;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  /** 0 on spot, which sends none. */
  venueTimeMicros = 0 as EpochMicros;
  updateId = 0;
  bidPriceTicks = 0 as PriceTicks;
  bidQuantityLots = 0 as QuantityLots;
  askPriceTicks = 0 as PriceTicks;
  askQuantityLots = 0 as QuantityLots;
}

/** `trade` or `aggTrade`. */
export class TradeEvent {
  readonly kind = EventKind.TRADE;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  venueTimeMicros = 0 as EpochMicros;
  tradeId = 0;
  priceTicks = 0 as PriceTicks;
  quantityLots = 0 as QuantityLots;
  /** The side that took liquidity. */
  aggressor: Side = Side.BUY;
}

export class MarkPriceEvent {
  readonly kind = EventKind.MARK_PRICE;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  venueTimeMicros = 0 as EpochMicros;
  markPriceUnits = 0 as PriceUnits;
  indexPriceUnits = 0 as PriceUnits;
  fundingRate = 0 as RateUnits;
  nextFundingMicros = 0 as EpochMicros;
}

export const FeedState = { CONNECTED: 0, DISCONNECTED: 1 } as const;
export type FeedState = (typeof FeedState)[keyof typeof FeedState];

/** A feed's connection changed. A disconnected feed's book is not LIVE until it resynced. */
export class FeedStatusEvent {
  readonly kind = EventKind.FEED_STATUS;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  state: FeedState = FeedState.CONNECTED;
}

/** Absolute balance of one slot. Source: outboundAccountPosition, ACCOUNT_UPDATE, account queries. */
export class BalanceEvent {
  readonly kind = EventKind.BALANCE;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  venueTimeMicros = 0 as EpochMicros;
  slot: BalanceSlot = 0;
  freeUnits = 0 as AssetUnits;
  lockedUnits = 0 as AssetUnits;
}

/** Absolute perpetual position. Source: ACCOUNT_UPDATE `P`, positionRisk. */
export class PerpPositionEvent {
  readonly kind = EventKind.PERP_POSITION;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  venueTimeMicros = 0 as EpochMicros;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  /** Signed lots: negative is short. */
  positionLots = 0 as QuantityLots;
  entryPriceUnits = 0 as PriceUnits;
}

/** One funding settlement. `amountUnits` is what the margin wallet received (negative: we paid). */
export class FundingPaymentEvent {
  readonly kind = EventKind.FUNDING_PAYMENT;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  venueTimeMicros = 0 as EpochMicros;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  amountUnits = 0 as AssetUnits;
  rate = 0 as RateUnits;
}

/** What can be asked of the venue about our account as a whole. Numbers are journal format. */
export const AccountQuery = { ACCOUNT: 0, OPEN_ORDERS: 1, FILLS: 2 } as const;
export type AccountQuery = (typeof AccountQuery)[keyof typeof AccountQuery];

/**
 * A query was answered in full: all that it found was reported before this event. ACCOUNT: balances
 * and the position. OPEN_ORDERS: one report of channel QUERY for each order the venue held open at
 * `venueTimeMicros`. FILLS: one trade record (see `isTradeRecord`) for each own trade from the asked id
 * on, oldest first.
 */
export class QueryCompletedEvent {
  readonly kind = EventKind.QUERY_COMPLETED;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  /** When the venue looked. */
  venueTimeMicros = 0 as EpochMicros;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  query: AccountQuery = AccountQuery.ACCOUNT;
  /** FILLS: the venue has more trades than it sends at once; ask again from the next id. */
  hasMore = false;
  /** When the query left us. */
  requestedAtMicros = 0 as EpochMicros;
}

/**
 * The private stream of one market broke or is back. What happened in between was not told: fills,
 * ends and balances must be asked for. A silent stream that nobody saw break sends no such event.
 */
export class PrivateFeedStatusEvent {
  readonly kind = EventKind.PRIVATE_FEED_STATUS;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  state: FeedState = FeedState.CONNECTED;
}

/**
 * The venue refused by rate and said when it listens again (Retry-After). Until then every request of
 * the market is an offence that prolongs the refusal, cancels and questions too.
 */
export class VenueSilenceEvent {
  readonly kind = EventKind.VENUE_SILENCE;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  instrument: InstrumentIndex = NO_INSTRUMENT;
  untilMicros = 0 as EpochMicros;
}

/**
 * First event of every session. The epoch was incremented durably before anything is sent.
 * `ownOrdersInBook`: the feed shows our orders (live, synthetic) or cannot (a recording).
 */
export class SessionStartEvent {
  readonly kind = EventKind.SESSION_START;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  epoch = 0;
  seed = 0;
  ownOrdersInBook = false;
}

/** An instrument as it is from now on. Sent at start for every instrument and on every change. */
export class InstrumentDefinedEvent {
  readonly kind = EventKind.INSTRUMENT_DEFINED;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  /** Null only before the first fill of this object. */
  instrument: Instrument | null = null;
}

/** The risk authority grants limits for a short while. Tightening takes effect at once. */
export class RiskLeaseEvent {
  readonly kind = EventKind.RISK_LEASE;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  version = 0;
  epoch = 0;
  expiresAtMicros = 0 as EpochMicros;
  limits: RiskLimits = NO_LIMITS;
}

/** What an operator may say. The safe direction needs one word; RESUME is the way back. */
export const OperatorAction = {
  PULL_ALL: 0,
  PULL_BIDS: 1,
  PULL_ASKS: 2,
  /** Quotes stay pulled, hedges go on. */
  HEDGE_ONLY: 3,
  /** Kill: cancel everything, block new orders, until a new session. */
  STOP: 4,
  RESUME: 5,
  /** Orderly end of the session: pull quotes, cancel hedges, then close. */
  SHUTDOWN: 6,
} as const;
export type OperatorAction = (typeof OperatorAction)[keyof typeof OperatorAction];

export class OperatorEvent {
  readonly kind = EventKind.OPERATOR;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  action: OperatorAction = OperatorAction.PULL_ALL;
}

/** A measurement that may decide something. Values in microseconds unless the kind says otherwise. */
export const HostMeasure = { LOOP_P99: 0, CLOCK_OFFSET: 1, JOURNAL_LAG: 2 } as const;
export type HostMeasure = (typeof HostMeasure)[keyof typeof HostMeasure];

export class HostMeasurementEvent {
  readonly kind = EventKind.HOST_MEASUREMENT;
  sequence = 0 as Sequence;
  atMicros = 0 as EpochMicros;
  measure: HostMeasure = HostMeasure.LOOP_P99;
  valueMicros = 0 as DurationMicros;
}

export type MarketEvent =
  | DepthDeltaEvent
  | DepthSnapshotEvent
  | BookTickerEvent
  | TradeEvent
  | MarkPriceEvent
  | FeedStatusEvent;

/** Private events: what the venue says of our account. */
export type AccountEvent =
  | ExecutionReport
  | BalanceEvent
  | PerpPositionEvent
  | FundingPaymentEvent
  | QueryCompletedEvent
  | PrivateFeedStatusEvent
  | VenueSilenceEvent;

export type ControlEvent =
  | SessionStartEvent
  | InstrumentDefinedEvent
  | RiskLeaseEvent
  | OperatorEvent
  | HostMeasurementEvent;

export type EngineEvent = TimerEvent | MarketEvent | AccountEvent | ControlEvent;
