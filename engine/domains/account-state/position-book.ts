import type { InventoryConfiguration } from '#contracts/configuration/inventory-configuration.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import { BalanceSlot } from '#contracts/order.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
import type { PositionState } from '#contracts/position-state.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import {
  ASSET_UNITS_PER_WHOLE,
  type AssetUnits,
  type EpochMicros,
  type InstrumentIndex,
  type PriceUnits,
} from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import { type Balances, POSITION_SLOT } from './balances.ts';
import type { Valuation } from './pnl-attribution.ts';
import { PositionCost } from './position-cost.ts';

const QUOTED = 0 as InstrumentIndex;
const HEDGE = 1 as InstrumentIndex;
const HALVES_PER_WHOLE = 2 * ASSET_UNITS_PER_WHOLE;

/** What the book values and where it looks. */
export interface PositionBookOptions {
  readonly inventory: InventoryConfiguration;
  readonly instruments: InstrumentTable;
  readonly balances: Balances;
  readonly feeAssetPriceUnits: number;
}

/**
 * Spot stock and perpetual position as one position: net delta, average prices, equity at mids.
 *
 * Quantities are refreshed with every account event; amounts valued at mids also with every timer.
 * Equity = quote + stock at the quoted mid + fee asset at its stated rate + margin wallet + open
 * perpetual result at the hedge mid.
 */
export class PositionBook implements PositionState, Valuation {
  version = 0;
  atMicros = 0 as EpochMicros;
  isReconciled = false;
  /** Set by the owner from its reconciler and its orders, whose state they are. */
  quotedBlindSinceMicros = 0 as EpochMicros;
  hedgeBlindSinceMicros = 0 as EpochMicros;
  isHedgeFillMissing = false;
  quotedUntoldBuyUnits = 0 as AssetUnits;
  quotedUntoldSellUnits = 0 as AssetUnits;
  spotBaseUnits = 0 as AssetUnits;
  freeBaseUnits = 0 as AssetUnits;
  freeQuoteUnits = 0 as AssetUnits;
  totalQuoteUnits = 0 as AssetUnits;
  feeAssetUnits = 0 as AssetUnits;
  perpBaseUnits = 0 as AssetUnits;
  spotAveragePrice = 0 as PriceUnits;
  perpAveragePrice = 0 as PriceUnits;
  marginWalletUnits = 0 as AssetUnits;
  marginFreeUnits = 0 as AssetUnits;
  netDeltaBaseUnits = 0 as AssetUnits;
  netDeltaQuoteUnits = 0 as AssetUnits;
  inventoryRatio = 0;
  realizedPnlUnits = 0 as AssetUnits;
  unrealizedPnlUnits = 0 as AssetUnits;
  equityUnits = 0 as AssetUnits;
  peakEquityUnits = 0 as AssetUnits;
  startEquityUnits = 0 as AssetUnits;
  /** Average-cost books of both legs. They follow fills; corrections enter once confirmed. */
  readonly spotCost = new PositionCost();
  readonly perpCost = new PositionCost();
  private readonly options: PositionBookOptions;
  private markets: Markets | null = null;
  private hasStarted = false;

  constructor(options: PositionBookOptions) {
    this.options = options;
  }

  bindMarkets(markets: Markets): void {
    this.markets = markets;
  }

  /** A hedge instrument was defined for this session. */
  get hasHedge(): boolean {
    return this.options.instruments.get(HEDGE) !== null;
  }

  /** Mid of the quoted market in half price units (half of 1e-8 quote); 0 while unknown. */
  get quotedMidHalfPrice(): number {
    if (this.markets === null) return 0;
    return halfPriceOf(this.options.instruments.get(QUOTED), this.markets.quoted.midHalfTicks);
  }

  get hedgeMidHalfPrice(): number {
    if (this.markets === null) return 0;
    return halfPriceOf(this.options.instruments.get(HEDGE), this.markets.hedge.midHalfTicks);
  }

  /** True once every balance and every mid that equity needs is known. */
  canStart(): boolean {
    if (!this.options.balances.isKnown(this.hasHedge)) return false;
    return this.quotedMidHalfPrice > 0 && (!this.hasHedge || this.hedgeMidHalfPrice > 0);
  }

  /** Opens the books at the current marks: the stock at the mid, the position at the venue's entry price. */
  start(perpEntryPriceUnits: number): void {
    const spotUnits = this.slotTotal(BalanceSlot.SPOT_BASE);
    this.spotCost.reset(spotUnits, valueAt(spotUnits, this.quotedMidHalfPrice));
    const perpUnits = this.slotTotal(POSITION_SLOT);
    this.perpCost.reset(perpUnits, costAt(perpUnits, perpEntryPriceUnits));
    this.startEquityUnits = this.computeEquityUnits() as AssetUnits;
    this.peakEquityUnits = this.startEquityUnits;
    this.hasStarted = true;
  }

  /** The fee asset is stated for the first time after the start: it was there before, whatever it is worth. */
  openFeeAsset(units: number): void {
    if (!this.hasStarted) return;
    const worth = multiplyDivide(
      units,
      this.options.feeAssetPriceUnits,
      ASSET_UNITS_PER_WHOLE,
      Rounding.HALF_AWAY,
    );
    this.startEquityUnits = (this.startEquityUnits + worth) as AssetUnits;
    this.peakEquityUnits = (this.peakEquityUnits + worth) as AssetUnits;
  }

  /** Takes the venue's confirmed correction of the position into the cost book, at its entry price. */
  rebasePerp(entryPriceUnits: number): void {
    const units = this.slotTotal(POSITION_SLOT);
    this.perpCost.reset(units, costAt(units, entryPriceUnits));
  }

  /** Takes a confirmed correction of the stock into the cost book, at the mid. */
  adjustSpot(deltaUnits: number): void {
    const cost = this.spotCost;
    const value = valueAt(deltaUnits, this.quotedMidHalfPrice);
    cost.reset(cost.quantityUnits + deltaUnits, cost.costUnits + value);
  }

  /** Equity from balances, position and marks alone. 0 before the marks are known. */
  computeEquityUnits(): number {
    const feeAssetValue = multiplyDivide(
      this.slotTotal(BalanceSlot.SPOT_FEE_ASSET),
      this.options.feeAssetPriceUnits,
      ASSET_UNITS_PER_WHOLE,
      Rounding.HALF_AWAY,
    );
    const stockValue = valueAt(this.slotTotal(BalanceSlot.SPOT_BASE), this.quotedMidHalfPrice);
    return (
      this.slotTotal(BalanceSlot.SPOT_QUOTE) +
      stockValue +
      feeAssetValue +
      this.slotTotal(BalanceSlot.PERP_MARGIN) +
      this.computePerpResultUnits()
    );
  }

  computeTotalUnits(): number {
    return this.computeEquityUnits() - this.startEquityUnits;
  }

  /** Refreshes every field. Called after account events and on timers, never on market events. */
  refresh(atMicros: EpochMicros): void {
    const balances = this.options.balances;
    const base = balances.slot(BalanceSlot.SPOT_BASE);
    const quote = balances.slot(BalanceSlot.SPOT_QUOTE);
    this.version += 1;
    this.atMicros = atMicros;
    this.isReconciled = balances.isKnown(this.hasHedge) && balances.isConfirmed();
    this.spotBaseUnits = base.totalUnits as AssetUnits;
    this.freeBaseUnits = (base.totalUnits - base.lockedUnits) as AssetUnits;
    this.totalQuoteUnits = quote.totalUnits as AssetUnits;
    this.freeQuoteUnits = (quote.totalUnits - quote.lockedUnits) as AssetUnits;
    this.feeAssetUnits = balances.slot(BalanceSlot.SPOT_FEE_ASSET).totalUnits as AssetUnits;
    this.perpBaseUnits = this.slotTotal(POSITION_SLOT) as AssetUnits;
    this.netDeltaBaseUnits = (this.spotBaseUnits + this.perpBaseUnits) as AssetUnits;
    const perpResultUnits = this.computePerpResultUnits();
    this.refreshMargin(perpResultUnits);
    const inventory = this.options.inventory;
    this.inventoryRatio =
      (this.spotBaseUnits - inventory.targetSpotBaseUnits) / inventory.maxDeviationBaseUnits;
    if (this.hasStarted) this.refreshValues(perpResultUnits);
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.version);
    writer.integer(this.atMicros);
    writer.flag(this.isReconciled);
    writer.integer(this.netDeltaQuoteUnits);
    writer.integer(this.realizedPnlUnits);
    writer.integer(this.unrealizedPnlUnits);
    writer.integer(this.equityUnits);
    writer.integer(this.peakEquityUnits);
    writer.integer(this.startEquityUnits);
    writer.integer(this.spotAveragePrice);
    writer.integer(this.perpAveragePrice);
    writer.integer(this.marginFreeUnits);
    writer.flag(this.hasStarted);
    this.spotCost.writeState(writer);
    this.perpCost.writeState(writer);
  }

  /** Balances must have been read before: the quantities here are theirs. */
  readState(reader: StateReader): void {
    const version = reader.integer();
    const atMicros = reader.integer() as EpochMicros;
    const isReconciled = reader.flag();
    this.netDeltaQuoteUnits = reader.integer() as AssetUnits;
    this.realizedPnlUnits = reader.integer() as AssetUnits;
    this.unrealizedPnlUnits = reader.integer() as AssetUnits;
    this.equityUnits = reader.integer() as AssetUnits;
    this.peakEquityUnits = reader.integer() as AssetUnits;
    this.startEquityUnits = reader.integer() as AssetUnits;
    this.spotAveragePrice = reader.integer() as PriceUnits;
    this.perpAveragePrice = reader.integer() as PriceUnits;
    const marginFreeUnits = reader.integer() as AssetUnits;
    const hasStarted = reader.flag();
    // Quantities come from the balances; valued amounts were restored above and must not move.
    this.hasStarted = false;
    this.refresh(atMicros);
    this.spotCost.readState(reader);
    this.perpCost.readState(reader);
    this.hasStarted = hasStarted;
    this.version = version;
    this.isReconciled = isReconciled;
    this.marginFreeUnits = marginFreeUnits;
  }

  private refreshMargin(perpResultUnits: number): void {
    const margin = this.options.balances.slot(BalanceSlot.PERP_MARGIN);
    this.marginWalletUnits = margin.totalUnits as AssetUnits;
    // Open losses eat free margin, open gains are not lent against.
    const openLoss = Math.min(0, perpResultUnits);
    this.marginFreeUnits = (margin.totalUnits - margin.lockedUnits + openLoss) as AssetUnits;
  }

  private refreshValues(perpResultUnits: number): void {
    const mid = this.quotedMidHalfPrice;
    this.netDeltaQuoteUnits = valueAt(this.netDeltaBaseUnits, mid) as AssetUnits;
    this.spotAveragePrice = this.spotCost.averagePriceUnits as PriceUnits;
    this.perpAveragePrice = this.perpCost.averagePriceUnits as PriceUnits;
    const realized = this.spotCost.realizedUnits + this.perpCost.realizedUnits;
    this.realizedPnlUnits = realized as AssetUnits;
    const spotResult = valueAt(this.spotCost.quantityUnits, mid) - this.spotCost.costUnits;
    this.unrealizedPnlUnits = (spotResult + perpResultUnits) as AssetUnits;
    this.equityUnits = this.computeEquityUnits() as AssetUnits;
    // Parts of different moments make no peak.
    const isWhole =
      this.isReconciled && this.quotedBlindSinceMicros === 0 && this.hedgeBlindSinceMicros === 0;
    if (isWhole && this.equityUnits > this.peakEquityUnits) {
      this.peakEquityUnits = this.equityUnits;
    }
  }

  private computePerpResultUnits(): number {
    const cost = this.perpCost;
    if (cost.quantityUnits === 0) return 0 - cost.costUnits;
    return valueAt(cost.quantityUnits, this.hedgeMidHalfPrice) - cost.costUnits;
  }

  private slotTotal(index: number): number {
    return this.options.balances.slot(index).totalUnits;
  }
}

function halfPriceOf(instrument: Instrument | null, midHalfTicks: number): number {
  return instrument === null ? 0 : midHalfTicks * instrument.priceUnitsPerTick;
}

function valueAt(baseUnits: number, midHalfPrice: number): number {
  return multiplyDivide(baseUnits, midHalfPrice, HALVES_PER_WHOLE, Rounding.HALF_AWAY);
}

function costAt(baseUnits: number, priceUnits: number): number {
  return multiplyDivide(baseUnits, priceUnits, ASSET_UNITS_PER_WHOLE, Rounding.HALF_AWAY);
}
