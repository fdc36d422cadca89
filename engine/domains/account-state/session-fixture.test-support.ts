/**
 * Goal: instruments, markets and reports for the tests of account state, hedging and ops.
 * Method: plain builders over the contracts; no test of its own.
 */
import type { Command, CommandSink } from '#contracts/commands.ts';
import { type AlertCode, AlertCommand } from '#contracts/commands.ts';
import {
  ExecutionReport,
  NO_TRADE,
  type ReportChannel,
  ReportStatus,
} from '#contracts/execution-report.ts';
import {
  type Instrument,
  InstrumentRole,
  InstrumentStatus,
  Market,
} from '#contracts/instrument.ts';
import {
  BookStatus,
  type MarketSnapshot,
  type Markets,
  TopSource,
} from '#contracts/market-snapshot.ts';
import { CommissionAsset, type Side } from '#contracts/order.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
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

/** Overrides of the made-up instrument: tick 0.00001, step 1, minimum notional 5. */
export interface InstrumentChoice {
  readonly role: InstrumentRole;
  readonly tickDecimals?: number;
  readonly stepDecimals?: number;
  readonly minNotionalUnits?: number;
  readonly takerFeeRate?: number;
}

export function makeInstrument(choice: InstrumentChoice): Instrument {
  const tickDecimals = choice.tickDecimals ?? 5;
  const stepDecimals = choice.stepDecimals ?? 0;
  const isSpot = choice.role === InstrumentRole.QUOTED;
  const power = 8 - tickDecimals - stepDecimals;
  return {
    index: (isSpot ? 0 : 1) as InstrumentIndex,
    version: 1,
    role: choice.role,
    market: isSpot ? Market.SPOT : Market.PERPETUAL,
    symbol: 'AAABBB',
    baseAsset: 'AAA',
    quoteAsset: 'BBB',
    status: InstrumentStatus.TRADING,
    tick: { mantissa: 1, decimals: tickDecimals },
    step: { mantissa: 1, decimals: stepDecimals },
    tickLotNumerator: power >= 0 ? 10 ** power : 1,
    tickLotDenominator: power >= 0 ? 1 : 10 ** -power,
    baseUnitsPerLot: 10 ** (8 - stepDecimals),
    priceUnitsPerTick: 10 ** (8 - tickDecimals),
    filters: {
      minPriceTicks: 1 as PriceTicks,
      maxPriceTicks: 0 as PriceTicks,
      minQuantityLots: 1 as QuantityLots,
      maxQuantityLots: 0 as QuantityLots,
      marketMinQuantityLots: 1 as QuantityLots,
      marketMaxQuantityLots: 0 as QuantityLots,
      minNotionalUnits: (choice.minNotionalUnits ?? 500_000_000) as AssetUnits,
      maxNotionalUnits: 0 as AssetUnits,
      minNotionalAppliesToMarket: false,
      maxNotionalAppliesToMarket: false,
      bidMultiplierUp: 0 as RateUnits,
      bidMultiplierDown: 0 as RateUnits,
      askMultiplierUp: 0 as RateUnits,
      askMultiplierDown: 0 as RateUnits,
      maxOpenOrders: 200,
      maxAmendsPerOrder: 10,
      maxPositionUnits: 0 as AssetUnits,
    },
    makerFeeRate: 100_000 as RateUnits,
    takerFeeRate: (choice.takerFeeRate ?? 50_000) as RateUnits,
    feeAsset: '',
    feeAssetDiscountRate: 0 as RateUnits,
  };
}

export class TestInstruments implements InstrumentTable {
  readonly rows: (Instrument | null)[];

  constructor(...rows: (Instrument | null)[]) {
    this.rows = rows;
  }

  get count(): number {
    return this.rows.length;
  }

  get(index: InstrumentIndex): Instrument | null {
    return this.rows[index] ?? null;
  }
}

export type MutableSnapshot = { -readonly [Key in keyof MarketSnapshot]: MarketSnapshot[Key] };

function emptySnapshot(instrument: number): MutableSnapshot {
  return {
    instrument: instrument as InstrumentIndex,
    version: 0,
    status: BookStatus.EMPTY,
    isStale: true,
    confidence: 0,
    source: TopSource.NONE,
    venueTimeMicros: 0 as EpochMicros,
    receiveTimeMicros: 0 as EpochMicros,
    updateId: 0,
    bidPriceTicks: 0 as PriceTicks,
    bidQuantityLots: 0 as QuantityLots,
    askPriceTicks: 0 as PriceTicks,
    askQuantityLots: 0 as QuantityLots,
    spreadTicks: 0,
    midHalfTicks: 0,
    weightedMidTicks: 0,
    imbalance: 0.5,
    bids: { count: 0, pricesTicks: new Float64Array(20), quantitiesLots: new Float64Array(20) },
    asks: { count: 0, pricesTicks: new Float64Array(20), quantitiesLots: new Float64Array(20) },
    tradeCount: 0,
    lastTradePriceTicks: 0 as PriceTicks,
    lastTradeQuantityLots: 0 as QuantityLots,
    lastTradeSide: 0,
    lastTradeMicros: 0 as EpochMicros,
    markPriceUnits: 0 as PriceUnits,
    indexPriceUnits: 0 as PriceUnits,
    fundingRate: 0 as RateUnits,
    nextFundingMicros: 0 as EpochMicros,
  };
}

/** Markets whose tops a test sets by hand. Depth: equal levels one tick apart. */
export class TestMarkets implements Markets {
  readonly quoted = emptySnapshot(0);
  readonly hedge = emptySnapshot(1);

  set(
    which: 'quoted' | 'hedge',
    bidTicks: number,
    askTicks: number,
    atMicros: number,
    levelLots = 1_000_000,
  ): void {
    const snapshot = this[which];
    snapshot.version += 1;
    snapshot.status = BookStatus.LIVE;
    snapshot.isStale = false;
    snapshot.confidence = 1;
    snapshot.receiveTimeMicros = atMicros as EpochMicros;
    snapshot.venueTimeMicros = atMicros as EpochMicros;
    snapshot.bidPriceTicks = bidTicks as PriceTicks;
    snapshot.askPriceTicks = askTicks as PriceTicks;
    snapshot.bidQuantityLots = levelLots as QuantityLots;
    snapshot.askQuantityLots = levelLots as QuantityLots;
    snapshot.spreadTicks = askTicks - bidTicks;
    snapshot.midHalfTicks = askTicks + bidTicks;
    const bids = snapshot.bids as { count: number };
    const asks = snapshot.asks as { count: number };
    bids.count = 20;
    asks.count = 20;
    for (let level = 0; level < 20; level++) {
      snapshot.bids.pricesTicks[level] = bidTicks - level;
      snapshot.asks.pricesTicks[level] = askTicks + level;
      snapshot.bids.quantitiesLots[level] = levelLots;
      snapshot.asks.quantitiesLots[level] = levelLots;
    }
  }
}

/** Keeps copies of what was emitted. */
export class TestOutput implements CommandSink {
  readonly commands: Command[] = [];

  emit(command: Readonly<Command>): void {
    this.commands.push({ ...command } as Command);
  }

  alerts(code: AlertCode): AlertCommand[] {
    const kind = new AlertCommand().kind;
    return this.commands.filter(
      (command): command is AlertCommand =>
        command.kind === kind && 'code' in command && command.code === code,
    );
  }
}

/** What a test says of a report; the rest is an accepted order of 10 lots. */
export interface ReportChoice {
  readonly status?: ReportStatus;
  readonly instrument?: number;
  readonly id?: number;
  readonly side: Side;
  readonly price?: number;
  readonly quantity?: number;
  readonly filled?: number;
  readonly lastPrice?: number;
  readonly last?: number;
  readonly tradeId?: number;
  readonly isMaker?: boolean;
  readonly fee?: number;
  readonly feeAsset?: CommissionAsset;
  readonly reason?: number;
  /** Default: the stream of changes. */
  readonly channel?: ReportChannel;
  readonly at: number;
}

export function makeReport(choice: ReportChoice): ExecutionReport {
  const report = new ExecutionReport();
  report.status = choice.status ?? ReportStatus.ACCEPTED;
  report.instrument = (choice.instrument ?? 0) as InstrumentIndex;
  report.clientOrderId = (choice.id ?? 1) as ClientOrderId;
  report.side = choice.side;
  report.priceTicks = (choice.price ?? choice.lastPrice ?? 0) as PriceTicks;
  report.quantityLots = (choice.quantity ?? choice.last ?? 10) as QuantityLots;
  report.filledLots = (choice.filled ?? choice.last ?? 0) as QuantityLots;
  report.lastPriceTicks = (choice.lastPrice ?? 0) as PriceTicks;
  report.lastQuantityLots = (choice.last ?? 0) as QuantityLots;
  report.tradeId = choice.tradeId ?? NO_TRADE;
  report.isMaker = choice.isMaker ?? true;
  report.commissionUnits = (choice.fee ?? 0) as AssetUnits;
  report.commissionAsset = choice.feeAsset ?? CommissionAsset.NONE;
  report.reason = (choice.reason ?? 0) as ExecutionReport['reason'];
  if (choice.channel !== undefined) report.channel = choice.channel;
  report.venueTimeMicros = choice.at as EpochMicros;
  report.atMicros = choice.at as EpochMicros;
  return report;
}
