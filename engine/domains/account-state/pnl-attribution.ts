import type { PnlAttribution } from '#contracts/position-state.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import { ASSET_UNITS_PER_WHOLE, type AssetUnits } from '#units/integers.ts';
import { ExactSum, multiplyDivide, Rounding } from '#units/multiply-divide.ts';

/**
 * Base units (1e-8) times half price units (half of 1e-8 quote) in one quote unit. Half price units
 * rather than half ticks: a changed tick size must not change what was summed before.
 */
const PRODUCTS_PER_QUOTE_UNIT = 2 * ASSET_UNITS_PER_WHOLE;

/** Marks and worth, as `PositionBook` knows them. The attribution's only look at balances. */
export interface Valuation {
  readonly quotedMidHalfPrice: number;
  readonly hedgeMidHalfPrice: number;
  /** Equity now minus equity at start, from balances, position and marks. */
  computeTotalUnits(): number;
}

/** Holding of one instrument and what its price moves made of it. */
class MarkedHolding {
  quantityUnits = 0;
  lastMidHalfPrice = 0;
  readonly gains = new ExactSum();

  start(quantityUnits: number, midHalfPrice: number): void {
    this.quantityUnits = quantityUnits;
    this.lastMidHalfPrice = midHalfPrice;
    this.gains.reset();
  }

  /** q(t-) x (M - M(t-)), then M becomes the last mid. */
  markTo(midHalfPrice: number): void {
    this.gains.addProduct(this.quantityUnits, midHalfPrice - this.lastMidHalfPrice);
    this.lastMidHalfPrice = midHalfPrice;
  }

  /** Adds the gains up to a mid, without moving anything: reading must not change state. */
  addGainsAt(midHalfPrice: number, into: ExactSum): void {
    into.add(this.gains);
    into.addProduct(this.quantityUnits, midHalfPrice - this.lastMidHalfPrice);
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.quantityUnits);
    writer.integer(this.lastMidHalfPrice);
    writeSum(this.gains, writer);
  }

  readState(reader: StateReader): void {
    this.quantityUnits = reader.integer();
    this.lastMidHalfPrice = reader.integer();
    readSum(this.gains, reader);
  }
}

/** One fill as the attribution sees it. All amounts signed from our side: buys positive. */
export interface AttributedFill {
  readonly isSpot: boolean;
  readonly isMaker: boolean;
  readonly deltaUnits: number;
  readonly priceHalfPrice: number;
  readonly midHalfPrice: number;
  readonly baseFeeUnits: number;
  /** Fees in quote or margin, which count one to one. */
  readonly quoteFeeUnits: number;
  readonly feeAssetFeeUnits: number;
}

/**
 * Exact PnL attribution (MODELS 9): total = spread capture + inventory + hedge execution + fees +
 * funding, in integers. The five components come from fills, funding and the path of mids; the
 * total comes from `Valuation`, which knows neither. Their difference is the residual.
 *
 * The path of mids is sampled at fills and telescopes between them, so it may be read at any time.
 * A fee taken in base is valued at the mid at its fill and leaves the inventory there.
 */
export class PnlAttributionBook implements PnlAttribution {
  /** False until balances and both mids are known. */
  hasStarted = false;
  private readonly valuation: Valuation;
  private readonly feeAssetPriceUnits: number;
  private readonly spot = new MarkedHolding();
  private readonly perp = new MarkedHolding();
  private readonly capture = new ExactSum();
  private readonly execution = new ExactSum();
  private readonly baseFees = new ExactSum();
  private readonly scratch = new ExactSum();
  private quoteFeesUnits = 0;
  private feeAssetFeesUnits = 0;
  private funding = 0;

  /** `feeAssetPriceUnits`: quote units (1e-8) for one whole fee asset; 0 leaves it out of PnL. */
  constructor(valuation: Valuation, feeAssetPriceUnits: number) {
    this.valuation = valuation;
    this.feeAssetPriceUnits = feeAssetPriceUnits;
  }

  start(spotUnits: number, perpUnits: number): void {
    this.spot.start(spotUnits, this.valuation.quotedMidHalfPrice);
    this.perp.start(perpUnits, this.valuation.hedgeMidHalfPrice);
    this.hasStarted = true;
  }

  /**
   * Books one fill: the mid moves to the fill's mid first, then the quantity changes.
   *
   * Hot: once per own fill, no allocation.
   */
  onFill(fill: AttributedFill): void {
    const holding = fill.isSpot ? this.spot : this.perp;
    holding.markTo(fill.midHalfPrice);
    const edge = fill.midHalfPrice - fill.priceHalfPrice;
    const isCapture = fill.isSpot && fill.isMaker;
    (isCapture ? this.capture : this.execution).addProduct(fill.deltaUnits, edge);
    holding.quantityUnits += fill.deltaUnits - fill.baseFeeUnits;
    this.baseFees.addProduct(fill.baseFeeUnits, fill.midHalfPrice);
    this.quoteFeesUnits += fill.quoteFeeUnits;
    this.feeAssetFeesUnits += fill.feeAssetFeeUnits;
  }

  onFunding(amountUnits: number): void {
    this.funding += amountUnits;
  }

  /** A correction of the venue was confirmed: the holding follows; its worth stays in the residual. */
  adjust(isSpot: boolean, deltaUnits: number): void {
    const holding = isSpot ? this.spot : this.perp;
    holding.markTo(isSpot ? this.valuation.quotedMidHalfPrice : this.valuation.hedgeMidHalfPrice);
    holding.quantityUnits += deltaUnits;
  }

  get totalUnits(): AssetUnits {
    return (this.hasStarted ? this.valuation.computeTotalUnits() : 0) as AssetUnits;
  }

  get spreadCaptureUnits(): AssetUnits {
    return quoteUnitsOf(this.capture);
  }

  get inventoryUnits(): AssetUnits {
    if (!this.hasStarted) return 0 as AssetUnits;
    this.scratch.reset();
    this.spot.addGainsAt(this.valuation.quotedMidHalfPrice, this.scratch);
    this.perp.addGainsAt(this.valuation.hedgeMidHalfPrice, this.scratch);
    return quoteUnitsOf(this.scratch);
  }

  get hedgeExecutionUnits(): AssetUnits {
    return quoteUnitsOf(this.execution);
  }

  get feesUnits(): AssetUnits {
    const feeAssetValue = multiplyDivide(
      this.feeAssetFeesUnits,
      this.feeAssetPriceUnits,
      ASSET_UNITS_PER_WHOLE,
      Rounding.HALF_AWAY,
    );
    const paid = quoteUnitsOf(this.baseFees) + this.quoteFeesUnits + feeAssetValue;
    return (0 - paid) as AssetUnits;
  }

  get fundingUnits(): AssetUnits {
    return this.funding as AssetUnits;
  }

  get residualUnits(): AssetUnits {
    const explained =
      this.spreadCaptureUnits +
      this.inventoryUnits +
      this.hedgeExecutionUnits +
      this.feesUnits +
      this.fundingUnits;
    return (this.totalUnits - explained) as AssetUnits;
  }

  writeState(writer: StateWriter): void {
    writer.flag(this.hasStarted);
    this.spot.writeState(writer);
    this.perp.writeState(writer);
    writeSum(this.capture, writer);
    writeSum(this.execution, writer);
    writeSum(this.baseFees, writer);
    writer.integer(this.quoteFeesUnits);
    writer.integer(this.feeAssetFeesUnits);
    writer.integer(this.funding);
  }

  readState(reader: StateReader): void {
    this.hasStarted = reader.flag();
    this.spot.readState(reader);
    this.perp.readState(reader);
    readSum(this.capture, reader);
    readSum(this.execution, reader);
    readSum(this.baseFees, reader);
    this.quoteFeesUnits = reader.integer();
    this.feeAssetFeesUnits = reader.integer();
    this.funding = reader.integer();
  }
}

function quoteUnitsOf(sum: ExactSum): AssetUnits {
  return sum.scaled(1, PRODUCTS_PER_QUOTE_UNIT, Rounding.HALF_AWAY) as AssetUnits;
}

function writeSum(sum: ExactSum, writer: StateWriter): void {
  const [high, low] = sum.parts;
  writer.integer(high);
  writer.integer(low);
}

function readSum(sum: ExactSum, reader: StateReader): void {
  const high = reader.integer();
  sum.restore(high, reader.integer());
}
