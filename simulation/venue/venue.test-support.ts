/** A small world for the tests of the venue: two instruments, two books, a recording sink. */
import { CommandKind, OrderCommand, RequestCommand } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { EngineEvent } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import {
  type Instrument,
  type InstrumentFilters,
  InstrumentRole,
  InstrumentStatus,
  Market,
} from '#contracts/instrument.ts';
import {
  BalanceSlot,
  OrderType,
  ReportReason,
  SelfTradeMode,
  type Side,
  TimeInForce,
} from '#contracts/order.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type {
  AssetUnits,
  ClientOrderId,
  EpochMicros,
  InstrumentIndex,
  PriceTicks,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import { BookListenerRelay } from './book-listener-relay.ts';
import { ConstantLatency } from './latency.ts';
import { MatchingEngine } from './matching-engine.ts';
import { SimulatedVenue, type SimulatedVenueOptions } from './venue.ts';
import type { VenueOrder } from './venue-book.ts';

export const SPOT = 0 as InstrumentIndex;
export const PERP = 1 as InstrumentIndex;
export const START = 1_795_305_600_000_000 as EpochMicros;
export const ENTRY = 2_000;
export const RESPONSE = 3_000;
export const FEED = 1_000;
/** Units of 1e-8. */
export const WHOLE = 100_000_000;

const FILTERS: InstrumentFilters = {
  minPriceTicks: 1 as PriceTicks,
  maxPriceTicks: 100_000_000 as PriceTicks,
  minQuantityLots: 1 as QuantityLots,
  maxQuantityLots: 9_000_000 as QuantityLots,
  marketMinQuantityLots: 0 as QuantityLots,
  marketMaxQuantityLots: 3_000_000 as QuantityLots,
  minNotionalUnits: WHOLE as AssetUnits,
  maxNotionalUnits: (9_000_000 * WHOLE) as AssetUnits,
  minNotionalAppliesToMarket: true,
  maxNotionalAppliesToMarket: false,
  bidMultiplierUp: (5 * WHOLE) as RateUnits,
  bidMultiplierDown: (WHOLE / 5) as RateUnits,
  askMultiplierUp: (5 * WHOLE) as RateUnits,
  askMultiplierDown: (WHOLE / 5) as RateUnits,
  maxOpenOrders: 200,
  maxAmendsPerOrder: 10,
  maxPositionUnits: 0 as AssetUnits,
};

/** Tick 0.00001, step 1, fees 10/10 bp. */
export function spotInstrument(
  changes: Partial<Instrument> = {},
  filters: Partial<InstrumentFilters> = {},
): Instrument {
  return {
    index: SPOT,
    version: 1,
    role: InstrumentRole.QUOTED,
    market: Market.SPOT,
    symbol: 'AAAUSDT',
    baseAsset: 'AAA',
    quoteAsset: 'USDT',
    status: InstrumentStatus.TRADING,
    tick: { mantissa: 1, decimals: 5 },
    step: { mantissa: 1, decimals: 0 },
    tickLotNumerator: 1_000,
    tickLotDenominator: 1,
    baseUnitsPerLot: WHOLE,
    priceUnitsPerTick: 1_000,
    filters: { ...FILTERS, ...filters },
    makerFeeRate: 100_000 as RateUnits,
    takerFeeRate: 100_000 as RateUnits,
    feeAsset: 'BNB',
    feeAssetDiscountRate: 0 as RateUnits,
    ...changes,
  };
}

/** Same grid, fees 2/5 bp, band 5 %, minimum notional 5. */
export function perpInstrument(
  changes: Partial<Instrument> = {},
  filters: Partial<InstrumentFilters> = {},
): Instrument {
  return spotInstrument(
    {
      index: PERP,
      role: InstrumentRole.HEDGE,
      market: Market.PERPETUAL,
      makerFeeRate: 20_000 as RateUnits,
      takerFeeRate: 50_000 as RateUnits,
      feeAsset: '',
      feeAssetDiscountRate: 0 as RateUnits,
      ...changes,
    },
    {
      minNotionalUnits: (5 * WHOLE) as AssetUnits,
      maxNotionalUnits: 0 as AssetUnits,
      bidMultiplierUp: 105_000_000 as RateUnits,
      bidMultiplierDown: 0 as RateUnits,
      askMultiplierUp: 0 as RateUnits,
      askMultiplierDown: 95_000_000 as RateUnits,
      maxAmendsPerOrder: 0,
      ...filters,
    },
  );
}

const STATUS_NAMES = Object.fromEntries(
  Object.entries(ReportStatus).map(([name, code]) => [code, name]),
);
const REASON_NAMES = Object.fromEntries(
  Object.entries(ReportReason).map(([name, code]) => [code, name]),
);
const SLOT_NAMES = Object.fromEntries(
  Object.entries(BalanceSlot).map(([name, code]) => [code, name]),
);

/** One line per event: short enough to compare, complete enough to fail. */
function describe(event: EngineEvent): string {
  switch (event.kind) {
    case EventKind.EXECUTION_REPORT: {
      const reason = event.reason === 0 ? '' : ` ${REASON_NAMES[event.reason]}`;
      const code = event.venueCode === 0 ? '' : ` ${event.venueCode}`;
      const fill =
        event.lastQuantityLots === 0
          ? ''
          : ` ${event.lastQuantityLots}@${event.lastPriceTicks}${event.isMaker ? ' maker' : ' taker'}`;
      return `${event.clientOrderId} ${STATUS_NAMES[event.status]} ${event.filledLots}/${event.quantityLots}${fill}${reason}${code}`;
    }
    case EventKind.BALANCE:
      return `${SLOT_NAMES[event.slot]} ${event.freeUnits}+${event.lockedUnits}`;
    case EventKind.PERP_POSITION:
      return `position ${event.positionLots} entry ${event.entryPriceUnits}`;
    case EventKind.FUNDING_PAYMENT:
      return `funding ${event.amountUnits} at ${event.rate}`;
    default:
      return `event ${event.kind}`;
  }
}

export interface Wish {
  readonly id: number;
  readonly side: Side;
  readonly price: number;
  readonly lots: number;
  readonly type?: OrderType;
  readonly timeInForce?: TimeInForce;
  readonly selfTradeMode?: SelfTradeMode;
  readonly reduceOnly?: boolean;
  readonly instrument?: InstrumentIndex;
  /** Makes it a REPLACE of this order. */
  readonly target?: number;
}

type Settings = Partial<Omit<SimulatedVenueOptions, 'clock' | 'sink' | 'books' | 'listeners'>>;

/** 10 000 quote, 20 000 base, 1 fee asset, 2 000 margin; latency 2 ms in, 3 ms out. */
export class World {
  readonly clock = new VirtualClock(START);
  readonly spot: MatchingEngine;
  readonly perp: MatchingEngine;
  readonly venue: SimulatedVenue;
  /** What the sink heard, described; with `onEvent` the events themselves. */
  readonly lines: string[] = [];
  readonly arrivals: number[] = [];
  readonly snapshotRequests: number[] = [];
  onEvent: (event: EngineEvent) => void = () => undefined;
  private lastStrangerId = 0;

  constructor(settings: Settings = {}) {
    const relays = [new BookListenerRelay(), new BookListenerRelay()];
    this.spot = new MatchingEngine({ ownListener: relays[0] as BookListenerRelay });
    this.perp = new MatchingEngine({ ownListener: relays[1] as BookListenerRelay });
    this.venue = new SimulatedVenue({
      clock: this.clock,
      sink: {
        publish: (event) => {
          this.lines.push(describe(event));
          this.arrivals.push(event.atMicros);
          this.onEvent(event);
        },
      },
      instruments: [spotInstrument(), perpInstrument()],
      books: [this.spot, this.perp],
      listeners: relays,
      latency: new ConstantLatency(ENTRY, RESPONSE, FEED),
      random: new SeededRandom(1),
      balances: {
        baseUnits: (20_000 * WHOLE) as AssetUnits,
        quoteUnits: (10_000 * WHOLE) as AssetUnits,
        feeAssetUnits: WHOLE as AssetUnits,
        marginUnits: (2_000 * WHOLE) as AssetUnits,
      },
      onSnapshotRequest: (instrument) => this.snapshotRequests.push(instrument),
      ...settings,
    });
  }

  /** Sends a PLACE, or a REPLACE when the wish names a target. */
  send(wish: Wish): void {
    const command = new OrderCommand();
    command.kind = wish.target === undefined ? CommandKind.PLACE_ORDER : CommandKind.REPLACE_ORDER;
    command.instrument = wish.instrument ?? SPOT;
    command.clientOrderId = wish.id as ClientOrderId;
    command.targetOrderId = (wish.target ?? 0) as ClientOrderId;
    command.side = wish.side;
    command.priceTicks = wish.price as PriceTicks;
    command.quantityLots = wish.lots as QuantityLots;
    command.type = wish.type ?? OrderType.LIMIT;
    command.timeInForce = wish.timeInForce ?? TimeInForce.GTC;
    command.selfTradeMode = wish.selfTradeMode ?? SelfTradeMode.EXPIRE_MAKER;
    command.reduceOnly = wish.reduceOnly ?? false;
    this.venue.submit(command);
  }

  /** CANCEL, AMEND or QUERY of one order. */
  sendKind(kind: CommandKind, id: number, lots = 0, instrument: InstrumentIndex = SPOT): void {
    const command = new OrderCommand();
    command.kind = kind;
    command.instrument = instrument;
    command.clientOrderId = id as ClientOrderId;
    command.quantityLots = lots as QuantityLots;
    this.venue.submit(command);
  }

  cancel(id: number, instrument: InstrumentIndex = SPOT): void {
    this.sendKind(CommandKind.CANCEL_ORDER, id, 0, instrument);
  }

  request(kind: CommandKind, instrument: InstrumentIndex = SPOT): void {
    const command = new RequestCommand();
    command.kind = kind;
    // The account is asked for as the engine does: of all markets at once.
    if (kind !== CommandKind.REQUEST_ACCOUNT) command.instrument = instrument;
    this.venue.submit(command);
  }

  /** Somebody else places a plain limit order, now. */
  stranger(
    side: Side,
    price: number,
    lots: number,
    instrument: InstrumentIndex = SPOT,
  ): VenueOrder {
    this.lastStrangerId += 1;
    const order: VenueOrder = {
      venueOrderId: this.lastStrangerId,
      owner: 5,
      clientOrderId: 0,
      side,
      type: OrderType.LIMIT,
      timeInForce: TimeInForce.GTC,
      selfTradeMode: SelfTradeMode.NONE,
      reduceOnly: false,
      priceTicks: price as PriceTicks,
      quantityLots: lots as QuantityLots,
      filledLots: 0 as QuantityLots,
      preventedLots: 0 as QuantityLots,
    };
    (instrument === SPOT ? this.spot : this.perp).place(order, this.clock.nowMicros);
    return order;
  }

  /** Lets time pass (default: long enough for every answer) and returns what was heard meanwhile. */
  wait(micros = 10_000): string[] {
    this.lines.length = 0;
    this.arrivals.length = 0;
    this.clock.runUntil((this.clock.nowMicros + micros) as EpochMicros);
    return [...this.lines];
  }

  mark(price: number, rate = 0, nextFundingMicros = 0): void {
    this.venue.setMark(
      PERP,
      (price * 1_000) as PriceUnits,
      rate as RateUnits,
      nextFundingMicros as EpochMicros,
    );
  }
}
