import type { PricingConfiguration } from '#contracts/configuration/pricing-configuration.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { BookStatus, type MarketSnapshot, type Markets } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import { ModelInput } from '#contracts/quote-model.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { MICROS_PER_SECOND, RATE_UNITS_PER_BP, RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import { EdgeCosts, EdgeInput } from './edge-stack.ts';
import { FairValue, FairValueInput } from './fair-value.ts';
import { FundingCalendar } from './funding-calendar.ts';
import { IntensityEstimator } from './intensity.ts';
import { MarkoutTracker } from './markouts.ts';
import { gridStep, NO_GRID } from './time-decay.ts';
import { ToxicityMonitor } from './toxicity-monitor.ts';
import { VolatilityEstimator } from './volatility.ts';

/** Parameters of models and costs move on this grid only: 100 ms of event time. */
const SLOW_GRID_MICROS = 100_000;
const BPS_PER_ONE = 10_000;

/** True when quotes may lean on this book: live, fresh and two-sided. Hot. */
export function isUsable(snapshot: MarketSnapshot): boolean {
  return (
    snapshot.status === BookStatus.LIVE &&
    !snapshot.isStale &&
    snapshot.bidPriceTicks > 0 &&
    snapshot.askPriceTicks > 0
  );
}

/**
 * Everything that is measured: fair value, volatility, intensity, toxicity, markouts, funding, and
 * from them, on a slow grid, the parameters of the model and the costs of a quote.
 */
export class MarketEstimators implements Persistent {
  readonly fair: FairValue;
  readonly volatility: VolatilityEstimator;
  readonly intensity: IntensityEstimator;
  readonly markouts: MarkoutTracker;
  readonly toxicity = new ToxicityMonitor();
  readonly funding = new FundingCalendar();
  readonly costs: EdgeCosts;
  readonly input = new ModelInput();
  private readonly configuration: PricingConfiguration;
  private readonly fairInput = new FairValueInput();
  private readonly edgeInput = new EdgeInput();
  /** Price units per tick of the instrument all tick figures belong to; 0: nothing seeded yet. */
  private seededFor = 0;
  /** Whether fees were discounted at the last refresh: running out widens the very next quote. */
  private hadFeeAsset = false;
  private lastSlowStep = NO_GRID;
  private lastMidTicks = 0;
  private tradeCount = 0;

  constructor(configuration: PricingConfiguration) {
    this.configuration = configuration;
    this.fair = new FairValue(configuration);
    this.volatility = new VolatilityEstimator({
      gridMicros: configuration.volatilityGridMicros,
      fastHalfLifeSeconds: configuration.volatilityFastHalfLifeSeconds,
      slowHalfLifeSeconds: configuration.volatilitySlowHalfLifeSeconds,
    });
    this.intensity = new IntensityEstimator({
      gridMicros: configuration.intensityGridMicros,
      refitMicros: configuration.intensityRefitMicros,
      halfLifeSeconds: configuration.intensityHalfLifeSeconds,
    });
    this.markouts = new MarkoutTracker({
      horizonMicros: configuration.markoutHorizonMicros,
      priorBps: configuration.adverseSelectionPriorBps,
      priorFills: configuration.adverseSelectionPriorFills,
    });
    this.costs = new EdgeCosts(configuration);
  }

  /**
   * Takes one event's markets; the quoted one must be usable. `hedgeInstrument` is null where the
   * session has none. Hot: every priced event.
   */
  observe(
    nowMicros: number,
    markets: Markets,
    instrument: Instrument,
    hedgeInstrument: Instrument | null,
  ): void {
    const { quoted, hedge } = markets;
    const midTicks = quoted.midHalfTicks / 2;
    if (this.seededFor !== instrument.priceUnitsPerTick) this.seed(midTicks, instrument);
    this.funding.observe(hedge.nextFundingMicros);
    this.volatility.update(nowMicros, midTicks);
    this.markouts.update(nowMicros, midTicks);
    this.observeIntensity(nowMicros, quoted, midTicks);
    const { fairInput } = this;
    fairInput.nowMicros = nowMicros;
    fairInput.isHedgeUsable = hedgeInstrument !== null && isUsable(hedge);
    fairInput.ticksPerHedgeTick =
      hedgeInstrument === null
        ? 1
        : hedgeInstrument.priceUnitsPerTick / instrument.priceUnitsPerTick;
    fairInput.fundingDistanceMicros = this.funding.distanceMicros(nowMicros);
    this.fair.update(fairInput, quoted, hedge);
    this.toxicity.update(
      nowMicros,
      quoted,
      this.fair.hedgeImpliedTicks,
      this.input.volatilityTicks,
    );
    this.lastMidTicks = midTicks;
  }

  /**
   * Recomputes model parameters and costs when the slow grid moved (or `isForced`); true when it did.
   * `halfSpreadTicks` is the model's last half spread, for the stale cost. Hot off the grid.
   */
  refresh(
    nowMicros: number,
    markets: Markets,
    instrument: Instrument,
    hedgeInstrument: Instrument | null,
    halfSpreadTicks: number,
    isForced: boolean,
    feeAssetUnits = 0,
  ): boolean {
    const step = gridStep(nowMicros, SLOW_GRID_MICROS);
    const hasFeeAsset = feeAssetUnits > 0;
    const isDue = step !== this.lastSlowStep || hasFeeAsset !== this.hadFeeAsset;
    if (!isDue && !isForced) return false;
    this.lastSlowStep = step;
    this.hadFeeAsset = hasFeeAsset;
    const fairTicks = this.fair.fairTicks;
    const ticksPerBp = fairTicks / BPS_PER_ONE;
    const { configuration, input, intensity } = this;
    const makerFeeRate = configuration.makerFeeOverrideEnabled
      ? configuration.makerFeeOverrideRate
      : makerFeeRateNow(instrument, feeAssetUnits);
    input.parametersVersion += 1;
    input.volatilityTicks = this.volatility.sigmaTicks(
      1 / Math.sqrt(configuration.volatilityFloorSeconds),
    );
    input.intensityPerSecond = intensity.intensityPerSecond;
    input.decayPerTick = intensity.decayPerTick;
    input.fittedBandTicks = intensity.bandTicks;
    input.riskAversionPerTick = configuration.riskAversionPerBp / ticksPerBp;
    input.makerFeeTicks = (makerFeeRate / RATE_UNITS_PER_BP) * ticksPerBp;
    input.impactTicks = Math.max(0, this.meanAdverseBps()) * ticksPerBp;
    input.horizonSeconds = configuration.horizonSeconds;
    input.layerStepTicks = Math.max(1, configuration.layerStepBps * ticksPerBp);
    this.refreshCosts(nowMicros, markets, makerFeeRate, hedgeInstrument, halfSpreadTicks);
    return true;
  }

  /** Mean adverse selection of both sides, bp. */
  meanAdverseBps(): number {
    return (this.markouts.adverseBps(Side.BUY) + this.markouts.adverseBps(Side.SELL)) / 2;
  }

  /** The quoted market is not usable: nothing is measured across the gap. */
  skipGap(): void {
    this.fair.skipGap();
    this.volatility.skipGap();
    this.intensity.skipGap();
    this.markouts.skipGap();
    this.toxicity.skipGap();
  }

  writeState(writer: StateWriter): void {
    this.fair.writeState(writer);
    this.volatility.writeState(writer);
    this.intensity.writeState(writer);
    this.markouts.writeState(writer);
    this.toxicity.writeState(writer);
    this.funding.writeState(writer);
    this.costs.writeState(writer);
    const { input } = this;
    writer.integer(input.parametersVersion);
    writer.float(input.volatilityTicks);
    writer.float(input.intensityPerSecond);
    writer.float(input.decayPerTick);
    writer.float(input.fittedBandTicks);
    writer.float(input.riskAversionPerTick);
    writer.float(input.makerFeeTicks);
    writer.float(input.impactTicks);
    writer.float(input.horizonSeconds);
    writer.float(input.layerStepTicks);
    writer.float(input.maxInventoryUnits);
    writer.integer(this.seededFor);
    writer.integer(this.lastSlowStep);
    writer.flag(this.hadFeeAsset);
    writer.float(this.lastMidTicks);
    writer.integer(this.tradeCount);
  }

  readState(reader: StateReader): void {
    this.fair.readState(reader);
    this.volatility.readState(reader);
    this.intensity.readState(reader);
    this.markouts.readState(reader);
    this.toxicity.readState(reader);
    this.funding.readState(reader);
    this.costs.readState(reader);
    const { input } = this;
    input.parametersVersion = reader.integer();
    input.volatilityTicks = reader.float();
    input.intensityPerSecond = reader.float();
    input.decayPerTick = reader.float();
    input.fittedBandTicks = reader.float();
    input.riskAversionPerTick = reader.float();
    input.makerFeeTicks = reader.float();
    input.impactTicks = reader.float();
    input.horizonSeconds = reader.float();
    input.layerStepTicks = reader.float();
    input.maxInventoryUnits = reader.float();
    this.seededFor = reader.integer();
    this.lastSlowStep = reader.integer();
    this.hadFeeAsset = reader.flag();
    this.lastMidTicks = reader.float();
    this.tradeCount = reader.integer();
  }

  /** Starts everything that is kept in ticks from the priors; again when the tick size changed. */
  private seed(midTicks: number, instrument: Instrument): void {
    const { configuration } = this;
    const ticksPerBp = midTicks / BPS_PER_ONE;
    this.skipGap();
    this.volatility.seed(configuration.volatilityPriorBps * ticksPerBp);
    this.input.volatilityTicks = configuration.volatilityPriorBps * ticksPerBp;
    this.intensity.seed(
      configuration.intensityPriorPerSecond,
      configuration.decayPriorPerBp / ticksPerBp,
      configuration.fittedBandBps * ticksPerBp,
    );
    this.toxicity.sizeBuckets(
      multiplyDivide(
        configuration.vpinBucketQuoteUnits,
        instrument.tickLotDenominator,
        Math.max(1, Math.round(midTicks)) * instrument.tickLotNumerator,
        Rounding.DOWN,
      ),
    );
    this.seededFor = instrument.priceUnitsPerTick;
    this.lastSlowStep = NO_GRID;
    this.lastMidTicks = midTicks;
  }

  private observeIntensity(nowMicros: number, quoted: MarketSnapshot, midTicks: number): void {
    if (!this.configuration.calibrateIntensity) return;
    const midBefore = this.lastMidTicks > 0 ? this.lastMidTicks : midTicks;
    this.intensity.update(nowMicros, midBefore);
    if (quoted.tradeCount === this.tradeCount) return;
    this.tradeCount = quoted.tradeCount;
    this.intensity.onTrade(quoted.lastTradeSide, quoted.lastTradePriceTicks);
  }

  private refreshCosts(
    nowMicros: number,
    markets: Markets,
    makerFeeRate: number,
    hedgeInstrument: Instrument | null,
    halfSpreadTicks: number,
  ): void {
    const { edgeInput, markouts } = this;
    const { hedge } = markets;
    const bpsPerTick = BPS_PER_ONE / this.fair.fairTicks;
    edgeInput.makerFeeRate = makerFeeRate;
    edgeInput.hasHedge = hedgeInstrument !== null;
    if (hedgeInstrument !== null) {
      edgeInput.hedgeMakerFeeRate = hedgeInstrument.makerFeeRate;
      edgeInput.hedgeTakerFeeRate = hedgeInstrument.takerFeeRate;
      edgeInput.hedgeHalfSpreadBps =
        hedge.midHalfTicks > 0 ? (hedge.spreadTicks * BPS_PER_ONE) / hedge.midHalfTicks : 0;
    }
    edgeInput.bidAdverseBps = markouts.adverseBps(Side.BUY);
    edgeInput.askAdverseBps = markouts.adverseBps(Side.SELL);
    edgeInput.volatilityBps = this.input.volatilityTicks * bpsPerTick;
    edgeInput.modelHalfSpreadBps = halfSpreadTicks * bpsPerTick;
    edgeInput.fundingRate = hedge.fundingRate;
    edgeInput.secondsToFunding = this.funding.untilNextMicros(nowMicros) / MICROS_PER_SECOND;
    this.costs.refresh(edgeInput);
  }
}

/** The account's maker fee now: discounted while the fee asset lasts, in full from the next quote on. */
function makerFeeRateNow(instrument: Instrument, feeAssetUnits: number): number {
  const { makerFeeRate, feeAssetDiscountRate } = instrument;
  if (feeAssetDiscountRate === 0 || feeAssetUnits <= 0) return makerFeeRate;
  return (makerFeeRate * (RATE_UNITS_PER_ONE - feeAssetDiscountRate)) / RATE_UNITS_PER_ONE;
}
