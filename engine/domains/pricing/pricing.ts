import type { InventoryConfiguration } from '#contracts/configuration/inventory-configuration.ts';
import type { PricingConfiguration } from '#contracts/configuration/pricing-configuration.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { ControlEvent, TimerEvent } from '#contracts/events.ts';
import { type ExecutionReport, isTradeRecord, NO_TRADE } from '#contracts/execution-report.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { Markets } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { InstrumentTable, Pricing } from '#contracts/ports.ts';
import type { PositionState } from '#contracts/position-state.ts';
import { ModelQuote, type QuoteModel } from '#contracts/quote-model.ts';
import { NoQuoteReason, type QuoteSet } from '#contracts/quote-set.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { SystemHealth } from '#contracts/system-health.ts';
import type { EpochMicros, InstrumentIndex, QuantityLots } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import { LiquidityEnvelope } from './liquidity-envelope.ts';
import { isUsable, MarketEstimators } from './market-estimators.ts';
import { MutableQuoteSet, type MutableQuoteSide } from './mutable-quote-set.ts';
import { QuoteChecks } from './quote-checks.ts';
import { createQuoteModel } from './quote-models.ts';
import { QualitySample, QuoteQuality } from './quote-quality.ts';
import { QuotingPermission } from './quoting-permission.ts';
import { RecentTrades } from './recent-trades.ts';
import { SideInput, SideQuoter } from './side-quoter.ts';
import { ThreeDomainInventory } from './three-domain-inventory.ts';

const QUOTED = 0 as InstrumentIndex;
const HEDGE = 1 as InstrumentIndex;
const BPS_PER_ONE = 10_000;
/** The least order is sized at a price this much below the allocation's, so that outer bids still reach it. */
const LEAST_PRICE_SHARE = 0.97;
/** Balances are turned into lots at a price this much above the allocation's, so that inner bids are still covered. */
const COVER_PRICE_SHARE = 1.01;
/** Half spread while ops advises to widen. */
const HEALTH_WIDENING = 1.5;
/** Toxicity widens from MEDIUM on. */
const WIDEN_FROM = 0.3;
/** Toxicity cuts sizes in eighths, so that orders are not amended on each event. */
const SIZE_STEPS = 8;

export interface PricingManagerOptions {
  readonly configuration: PricingConfiguration;
  readonly inventory: InventoryConfiguration;
  readonly instruments: InstrumentTable;
  /** The user's own model; needed when configuration says `user`, else unused. */
  readonly model?: QuoteModel;
}

/**
 * From the market and the position to the quotes we want to show. Quotes nothing without a session,
 * a lease, a fresh market and a reconciled position, and then says which is missing.
 */
export class PricingManager implements Pricing {
  /** Events that were really priced; the others changed nothing pricing looks at. */
  pricedCount = 0;
  private readonly configuration: PricingConfiguration;
  private readonly targetBaseUnits: number;
  private readonly deviationBaseUnits: number;
  private readonly instruments: InstrumentTable;
  private readonly model: QuoteModel;
  private readonly modelQuote = new ModelQuote();
  private readonly permission = new QuotingPermission();
  private readonly estimators: MarketEstimators;
  private readonly inventory: ThreeDomainInventory;
  private readonly envelope: LiquidityEnvelope;
  private readonly quality = new QuoteQuality();
  private readonly qualitySample = new QualitySample();
  private readonly trades = new RecentTrades();
  private readonly sideInput = new SideInput();
  private readonly sideQuoter: SideQuoter;
  private readonly checks: QuoteChecks;
  private readonly set: MutableQuoteSet;
  private nowMicros = 0;
  private isDirty = true;
  private quotedVersion = -1;
  private hedgeVersion = -1;
  private positionVersion = -1;
  private instrumentVersion = -1;
  /** Least order in lots, and base units of inventory in one order unit. */
  private leastLots = 1;
  private unitBaseUnits = 1;
  /** 0..1 on sizes in toxic flow; recomputed before each use. */
  private sizeFactor = 1;

  constructor(options: PricingManagerOptions) {
    const { configuration, inventory } = options;
    this.configuration = configuration;
    this.targetBaseUnits = inventory.targetSpotBaseUnits;
    this.deviationBaseUnits = inventory.maxDeviationBaseUnits;
    this.instruments = options.instruments;
    this.model = createQuoteModel(configuration, options.model);
    this.estimators = new MarketEstimators(configuration);
    this.inventory = new ThreeDomainInventory(inventory, configuration);
    this.envelope = new LiquidityEnvelope(configuration);
    this.sideQuoter = new SideQuoter(configuration, this.envelope, this.estimators.costs);
    this.checks = new QuoteChecks(configuration, this.permission, this.estimators);
    this.set = new MutableQuoteSet(configuration.parameterVersion);
  }

  /** What was answered last: the same object for the whole session. */
  get quotes(): QuoteSet {
    return this.set;
  }

  /** 0..100: how good the quotes have been lately (MODULES 5.2). */
  get qualityScore(): number {
    return this.quality.score;
  }

  /** Time moves refills, leases, funding windows and decays, so each timer prices anew. */
  onTimer(event: Readonly<TimerEvent>): void {
    this.moveClock(event.atMicros);
    this.isDirty = true;
  }

  onControl(event: Readonly<ControlEvent>): void {
    this.moveClock(event.atMicros);
    if (event.kind === EventKind.HOST_MEASUREMENT) return;
    this.permission.onControl(event);
    this.isDirty = true;
  }

  /** Ops pulls, widens or kills: see QuotingPermission. */
  onHealth(health: SystemHealth): void {
    if (this.permission.onHealth(health)) this.isDirty = true;
  }

  /** Own maker fills on the quoted instrument feed markouts, refill and quality; each trade once. */
  onReport(report: Readonly<ExecutionReport>): void {
    this.moveClock(report.atMicros);
    this.isDirty = true;
    if (report.instrument !== QUOTED || report.lastQuantityLots <= 0) return;
    // A trade that a list tells of is over: its markout and its refill cannot start now.
    if (isTradeRecord(report)) return;
    if (report.tradeId === NO_TRADE || !this.trades.addIfNew(report.tradeId)) return;
    this.inventory.onFill(report.side, this.nowMicros);
    if (!report.isMaker) return;
    this.estimators.markouts.onFill(report.side, this.nowMicros);
    this.quality.onFill();
  }

  /**
   * The quotes for now. Returns the same object each time, its version unchanged when nothing that
   * is shown changed.
   *
   * Hot: every event. Three comparisons when no input moved; no allocation.
   */
  quote(markets: Markets, position: PositionState): QuoteSet {
    const { quoted, hedge } = markets;
    const isSame =
      !this.isDirty &&
      quoted.version === this.quotedVersion &&
      hedge.version === this.hedgeVersion &&
      position.version === this.positionVersion;
    if (isSame) return this.set;
    this.isDirty = false;
    this.quotedVersion = quoted.version;
    this.hedgeVersion = hedge.version;
    this.positionVersion = position.version;
    this.moveClock(quoted.receiveTimeMicros);
    this.moveClock(hedge.receiveTimeMicros);
    this.moveClock(position.atMicros);
    this.pricedCount += 1;
    this.price(markets, position);
    this.set.causedAtMicros = this.nowMicros as EpochMicros;
    this.set.publish();
    return this.set;
  }

  writeState(writer: StateWriter): void {
    writer.section('pricing');
    writer.integer(this.pricedCount);
    this.permission.writeState(writer);
    this.estimators.writeState(writer);
    this.inventory.writeState(writer);
    this.envelope.writeState(writer);
    this.quality.writeState(writer);
    this.trades.writeState(writer);
    this.model.writeState(writer);
    this.set.writeState(writer);
    writer.integer(this.nowMicros);
    writer.flag(this.isDirty);
    writer.integer(this.quotedVersion);
    writer.integer(this.hedgeVersion);
    writer.integer(this.positionVersion);
    writer.integer(this.instrumentVersion);
    writer.integer(this.leastLots);
    writer.integer(this.unitBaseUnits);
  }

  readState(reader: StateReader): void {
    reader.section('pricing');
    this.pricedCount = reader.integer();
    this.permission.readState(reader);
    this.estimators.readState(reader);
    this.inventory.readState(reader);
    this.envelope.readState(reader);
    this.quality.readState(reader);
    this.trades.readState(reader);
    this.model.readState(reader);
    this.set.readState(reader);
    this.nowMicros = reader.integer();
    this.isDirty = reader.flag();
    this.quotedVersion = reader.integer();
    this.hedgeVersion = reader.integer();
    this.positionVersion = reader.integer();
    this.instrumentVersion = reader.integer();
    this.leastLots = reader.integer();
    this.unitBaseUnits = reader.integer();
  }

  /** Event time never goes back, whatever order the stamps arrive in. */
  private moveClock(micros: number): void {
    if (micros > this.nowMicros) this.nowMicros = micros;
  }

  private price(markets: Markets, position: PositionState): void {
    const instrument = this.instruments.get(QUOTED);
    const hedgeInstrument = this.instruments.get(HEDGE);
    const { set } = this;
    if (instrument === null) {
      set.bid.refuse(NoQuoteReason.WARMING_UP, 1, 0);
      set.ask.refuse(NoQuoteReason.WARMING_UP, 1, 0);
      return;
    }
    const isMarketUsable = isUsable(markets.quoted);
    if (isMarketUsable) this.measure(markets, position, instrument, hedgeInstrument);
    else this.estimators.skipGap();
    this.fillHeader(markets, instrument);
    this.quoteSide(set.bid, markets, position, instrument, hedgeInstrument);
    this.quoteSide(set.ask, markets, position, instrument, hedgeInstrument);
    this.checks.separate(set);
    this.checks.checkCalendar(set, this.nowMicros);
    if (isMarketUsable) this.observeQuality(markets);
  }

  /** Estimators, inventory, sizes and the model's wish. */
  private measure(
    markets: Markets,
    position: PositionState,
    instrument: Instrument,
    hedgeInstrument: Instrument | null,
  ): void {
    const { estimators, inventory, nowMicros } = this;
    estimators.observe(nowMicros, markets, instrument, hedgeInstrument);
    inventory.update(nowMicros, position.spotBaseUnits);
    const isResized = this.resize(estimators.fair.fairTicks, instrument);
    estimators.refresh(
      nowMicros,
      markets,
      instrument,
      hedgeInstrument,
      this.set.halfSpreadTicks,
      isResized,
      position.feeAssetUnits,
    );
    const { input } = estimators;
    input.nowMicros = nowMicros;
    input.fairTicks = estimators.fair.fairTicks;
    input.bidPriceTicks = markets.quoted.bidPriceTicks;
    input.askPriceTicks = markets.quoted.askPriceTicks;
    input.imbalance = markets.quoted.imbalance;
    input.inventoryUnits = (position.spotBaseUnits - this.targetBaseUnits) / this.unitBaseUnits;
    input.toxicitySignal = estimators.toxicity.signal;
    this.model.quote(input, this.modelQuote);
    this.checkModel();
    this.set.volatilityTicks = input.volatilityTicks;
    this.set.targetPositionLots = Math.floor(
      this.targetBaseUnits / instrument.baseUnitsPerLot,
    ) as QuantityLots;
    this.shapeModelQuote();
  }

  /** Follows price and instrument with everything that is counted in lots; true when it changed. */
  private resize(fairTicks: number, instrument: Instrument): boolean {
    const { envelope } = this;
    const isNewInstrument = instrument.version !== this.instrumentVersion;
    if (isNewInstrument) envelope.reprice(Math.max(1, Math.round(fairTicks)), instrument);
    else if (!envelope.follow(fairTicks, instrument)) return false;
    this.instrumentVersion = instrument.version;
    const { filters } = instrument;
    const leastPrice = Math.max(1, Math.floor(envelope.allocationTicks * LEAST_PRICE_SHARE));
    const leastByNotional = multiplyDivide(
      filters.minNotionalUnits,
      instrument.tickLotDenominator,
      leastPrice * instrument.tickLotNumerator,
      Rounding.UP,
    );
    this.leastLots = Math.max(1, filters.minQuantityLots, leastByNotional);
    this.unitBaseUnits = envelope.unitLots * instrument.baseUnitsPerLot;
    this.estimators.input.maxInventoryUnits = this.deviationBaseUnits / this.unitBaseUnits;
    return true;
  }

  private checkModel(): void {
    const { bidDistanceTicks, askDistanceTicks, layerStepTicks } = this.modelQuote;
    if (Number.isNaN(bidDistanceTicks + layerStepTicks) || Number.isNaN(askDistanceTicks)) {
      throw new RangeError('the quote model answered with a distance that is not a number');
    }
  }

  /** Widens the model's half spread around its skew: distrust, quality, toxicity. */
  private shapeModelQuote(): void {
    const { modelQuote, estimators, set, configuration } = this;
    const bid = modelQuote.bidDistanceTicks;
    const ask = modelQuote.askDistanceTicks;
    const isTwoSided = Number.isFinite(bid) && Number.isFinite(ask);
    const half = isTwoSided ? (bid + ask) / 2 : Math.min(bid, ask);
    const skew = isTwoSided ? (bid - ask) / 2 : 0;
    const toxic = Math.max(0, (estimators.toxicity.signal - WIDEN_FROM) / (1 - WIDEN_FROM));
    let factor = 1 + configuration.toxicityWidening * toxic;
    if (configuration.calibrateIntensity) factor *= estimators.intensity.widening;
    if (this.permission.isWidenedByHealth) factor *= HEALTH_WIDENING;
    if (configuration.qualityFeedback) factor *= this.quality.factor;
    set.halfSpreadTicks = Number.isFinite(half) ? half * factor : 0;
    set.skewTicks = skew;
    const extra = Number.isFinite(half) ? half * (factor - 1) : 0;
    modelQuote.bidDistanceTicks = bid + extra;
    modelQuote.askDistanceTicks = ask + extra;
    modelQuote.layerStepTicks = Math.max(
      modelQuote.layerStepTicks,
      estimators.input.layerStepTicks,
    );
    const cut = Math.exp(-configuration.toxicitySizeCut * toxic);
    this.sizeFactor = Math.ceil(cut * SIZE_STEPS) / SIZE_STEPS;
  }

  private fillHeader(markets: Markets, instrument: Instrument): void {
    const { set, estimators } = this;
    set.instrument = instrument.index;
    set.fairTicks = estimators.fair.fairTicks;
    set.hedgeImpliedFairTicks = estimators.fair.hedgeImpliedTicks;
    set.toxicity = estimators.toxicity.level;
    set.toxicitySignal = estimators.toxicity.signal;
    set.inventoryRatio = this.inventory.ratio;
    set.confidence = this.configuration.requireHedgeMarket
      ? markets.quoted.confidence * markets.hedge.confidence
      : markets.quoted.confidence;
  }

  private quoteSide(
    side: MutableQuoteSide,
    markets: Markets,
    position: PositionState,
    instrument: Instrument,
    hedgeInstrument: Instrument | null,
  ): void {
    const isAdmitted = this.checks.admit(
      side,
      this.nowMicros,
      markets,
      position,
      instrument,
      hedgeInstrument,
    );
    if (isAdmitted) this.buildSide(side, markets, position, instrument);
  }

  private buildSide(
    side: MutableQuoteSide,
    markets: Markets,
    position: PositionState,
    instrument: Instrument,
  ): void {
    const { sideInput: input, modelQuote, estimators, inventory, nowMicros } = this;
    const isBid = side.side === Side.BUY;
    const fairTicks = estimators.fair.fairTicks;
    input.fairTicks = fairTicks;
    input.bestBidTicks = markets.quoted.bidPriceTicks;
    input.bestAskTicks = markets.quoted.askPriceTicks;
    input.stepTicks = modelQuote.layerStepTicks;
    input.fittedBandTicks = estimators.input.fittedBandTicks;
    input.skewTicks = isBid ? this.set.skewTicks : -this.set.skewTicks;
    const touch = isBid ? fairTicks - input.bestBidTicks : input.bestAskTicks - fairTicks;
    const wished = isBid ? modelQuote.bidDistanceTicks : modelQuote.askDistanceTicks;
    let distance = wished + inventory.refillSteps(side.side, nowMicros) * input.stepTicks;
    if (inventory.reducingSide === side.side) {
      const pressure = inventory.reductionPressure(nowMicros);
      if (pressure > 0 && distance > touch) distance -= pressure * (distance - touch);
    }
    input.distanceTicks = distance;
    this.fillSizes(input, side.side, position, instrument);
    this.sideQuoter.build(side, input, instrument);
  }

  /** What the side should show and what inventory, balance, venue and lease leave of it, in lots. */
  private fillSizes(
    input: SideInput,
    side: Side,
    position: PositionState,
    instrument: Instrument,
  ): void {
    const { envelope, inventory, permission } = this;
    const { baseUnitsPerLot, tickLotNumerator, tickLotDenominator, filters } = instrument;
    const bidLots = envelope.bidLots(inventory.ratio);
    const lots = side === Side.BUY ? bidLots : envelope.totalLots - bidLots;
    input.wantedLots = Math.floor(lots * inventory.sizeFactor(side) * this.sizeFactor);
    const room = inventory.roomBaseUnits(side, position.spotBaseUnits);
    input.roomLots = Math.floor(room / baseUnitsPerLot);
    input.limitLots = Math.floor(this.deviationBaseUnits / baseUnitsPerLot);
    const coverTicks = Math.ceil(envelope.allocationTicks * COVER_PRICE_SHARE) * tickLotNumerator;
    const share = Math.min(this.configuration.balanceUseShare, permission.reservableShare);
    input.balanceUnits = side === Side.BUY ? position.totalQuoteUnits : position.spotBaseUnits;
    const usable = Math.max(0, Math.floor(input.balanceUnits * share));
    input.balanceLots =
      side === Side.BUY
        ? multiplyDivide(usable, tickLotDenominator, coverTicks, Rounding.DOWN)
        : Math.floor(usable / baseUnitsPerLot);
    const byNotional = multiplyDivide(
      permission.maxOrderNotionalUnits,
      tickLotDenominator,
      coverTicks,
      Rounding.DOWN,
    );
    input.maxOrderLots = Math.min(permission.maxOrderLots, byNotional);
    if (filters.maxQuantityLots > 0) {
      input.maxOrderLots = Math.min(input.maxOrderLots, filters.maxQuantityLots);
    }
    input.leastLots = this.leastLots;
  }

  /** Once a second: how good the quotes are, for the score and its feedback. */
  private observeQuality(markets: Markets): void {
    const { quality, qualitySample: sample, set, estimators } = this;
    if (!quality.isDue(this.nowMicros)) return;
    const bid = set.bid.level(0);
    const ask = set.ask.level(0);
    sample.isTwoSided = bid.quantityLots > 0 && ask.quantityLots > 0;
    sample.marketHalfTicks = markets.quoted.spreadTicks / 2;
    sample.ownHalfTicks = sample.isTwoSided ? (ask.priceTicks - bid.priceTicks) / 2 : 0;
    sample.expectedFillRate = 2 * estimators.intensity.fillRate(sample.ownHalfTicks);
    sample.adverseBps = estimators.meanAdverseBps();
    sample.halfSpreadBps = (sample.ownHalfTicks * BPS_PER_ONE) / set.fairTicks;
    sample.inventoryRatio = set.inventoryRatio;
    quality.observe(this.nowMicros, sample);
  }
}
