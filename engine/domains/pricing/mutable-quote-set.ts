import { Layer, Side } from '#contracts/order.ts';
import {
  type EdgeStack,
  NoQuoteReason,
  type QuoteLevel,
  type QuoteSet,
  type QuoteSide,
  ToxicityLevel,
} from '#contracts/quote-set.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import {
  type EpochMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';

/** The writable face of EdgeStack. */
export class MutableEdgeStack implements EdgeStack {
  makerFeeBps = 0;
  adverseSelectionBps = 0;
  staleCostBps = 0;
  hedgeCostBps = 0;
  fundingBasisBps = 0;
  inventorySkewBps = 0;
  marginBps = 0;
  distanceBps = 0;

  clear(): void {
    this.makerFeeBps = 0;
    this.adverseSelectionBps = 0;
    this.staleCostBps = 0;
    this.hedgeCostBps = 0;
    this.fundingBasisBps = 0;
    this.inventorySkewBps = 0;
    this.marginBps = 0;
    this.distanceBps = 0;
  }
}

export class MutableQuoteLevel implements QuoteLevel {
  readonly layer: Layer;
  readonly edge = new MutableEdgeStack();
  priceTicks = 0 as PriceTicks;
  quantityLots = 0 as QuantityLots;

  constructor(layer: Layer) {
    this.layer = layer;
  }
}

/** One side under construction. `hasChanged` compares with what was published last. */
export class MutableQuoteSide implements QuoteSide {
  readonly side: Side;
  readonly levels: readonly [MutableQuoteLevel, MutableQuoteLevel, MutableQuoteLevel];
  reason: NoQuoteReason = NoQuoteReason.WARMING_UP;
  needed = 1;
  available = 0;
  /** Price and quantity per layer as published, then the reason. */
  private readonly published = new Float64Array(7);

  constructor(side: Side) {
    this.side = side;
    this.levels = [
      new MutableQuoteLevel(Layer.L0),
      new MutableQuoteLevel(Layer.L1),
      new MutableQuoteLevel(Layer.L2),
    ];
    this.published[6] = NoQuoteReason.WARMING_UP;
  }

  /** Nothing on this side, and why. Hot. */
  refuse(reason: NoQuoteReason, needed: number, available: number): void {
    this.reason = reason;
    this.needed = needed;
    this.available = available;
    for (let layer = 0; layer < 3; layer++) this.drop(layer);
  }

  /** The side is quoted, or about to be. */
  accept(): void {
    this.reason = NoQuoteReason.NONE;
    this.needed = 0;
    this.available = 0;
  }

  level(layer: number): MutableQuoteLevel {
    return this.levels[layer] as MutableQuoteLevel;
  }

  /** Takes one layer out. */
  drop(layer: number): void {
    const level = this.level(layer);
    level.priceTicks = 0 as PriceTicks;
    level.quantityLots = 0 as QuantityLots;
    level.edge.clear();
  }

  /** Remembers what is shown now and says whether it differs from before. Hot. */
  publish(): boolean {
    const { published } = this;
    let changed = published[6] !== this.reason;
    for (let layer = 0; layer < 3; layer++) {
      const level = this.level(layer);
      changed ||= published[layer * 2] !== level.priceTicks;
      changed ||= published[layer * 2 + 1] !== level.quantityLots;
      published[layer * 2] = level.priceTicks;
      published[layer * 2 + 1] = level.quantityLots;
    }
    published[6] = this.reason;
    return changed;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.reason);
    writer.float(this.needed);
    writer.float(this.available);
    writer.floats(this.published, this.published.length);
    for (let layer = 0; layer < 3; layer++) writeLevel(this.level(layer), writer);
  }

  readState(reader: StateReader): void {
    this.reason = reader.integer() as NoQuoteReason;
    this.needed = reader.float();
    this.available = reader.float();
    reader.floats(this.published);
    for (let layer = 0; layer < 3; layer++) readLevel(this.level(layer), reader);
  }
}

function writeLevel(level: MutableQuoteLevel, writer: StateWriter): void {
  const { edge } = level;
  writer.integer(level.priceTicks);
  writer.integer(level.quantityLots);
  writer.float(edge.makerFeeBps);
  writer.float(edge.adverseSelectionBps);
  writer.float(edge.staleCostBps);
  writer.float(edge.hedgeCostBps);
  writer.float(edge.fundingBasisBps);
  writer.float(edge.inventorySkewBps);
  writer.float(edge.marginBps);
  writer.float(edge.distanceBps);
}

function readLevel(level: MutableQuoteLevel, reader: StateReader): void {
  const { edge } = level;
  level.priceTicks = reader.integer() as PriceTicks;
  level.quantityLots = reader.integer() as QuantityLots;
  edge.makerFeeBps = reader.float();
  edge.adverseSelectionBps = reader.float();
  edge.staleCostBps = reader.float();
  edge.hedgeCostBps = reader.float();
  edge.fundingBasisBps = reader.float();
  edge.inventorySkewBps = reader.float();
  edge.marginBps = reader.float();
  edge.distanceBps = reader.float();
}

/** The one QuoteSet of a session, refilled on each pricing. Stored whole: a restored engine may not price at once. */
export class MutableQuoteSet implements QuoteSet {
  readonly bid = new MutableQuoteSide(Side.BUY);
  readonly ask = new MutableQuoteSide(Side.SELL);
  instrument: InstrumentIndex = NO_INSTRUMENT;
  version = 0;
  causedAtMicros = 0 as EpochMicros;
  fairTicks = 0;
  hedgeImpliedFairTicks = 0;
  halfSpreadTicks = 0;
  skewTicks = 0;
  volatilityTicks = 0;
  toxicity: ToxicityLevel = ToxicityLevel.LOW;
  toxicitySignal = 0;
  targetPositionLots = 0 as QuantityLots;
  inventoryRatio = 0;
  confidence = 0;
  readonly parameterVersion: number;

  constructor(parameterVersion: number) {
    this.parameterVersion = parameterVersion;
  }

  /** Raises the version when a price, a quantity or a reason changed since the last call. Hot. */
  publish(): void {
    const bidChanged = this.bid.publish();
    const askChanged = this.ask.publish();
    if (bidChanged || askChanged) this.version += 1;
  }

  writeState(writer: StateWriter): void {
    this.bid.writeState(writer);
    this.ask.writeState(writer);
    writer.integer(this.instrument);
    writer.integer(this.version);
    writer.integer(this.causedAtMicros);
    writer.float(this.fairTicks);
    writer.float(this.hedgeImpliedFairTicks);
    writer.float(this.halfSpreadTicks);
    writer.float(this.skewTicks);
    writer.float(this.volatilityTicks);
    writer.integer(this.toxicity);
    writer.float(this.toxicitySignal);
    writer.integer(this.targetPositionLots);
    writer.float(this.inventoryRatio);
    writer.float(this.confidence);
  }

  readState(reader: StateReader): void {
    this.bid.readState(reader);
    this.ask.readState(reader);
    this.instrument = reader.integer() as InstrumentIndex;
    this.version = reader.integer();
    this.causedAtMicros = reader.integer() as EpochMicros;
    this.fairTicks = reader.float();
    this.hedgeImpliedFairTicks = reader.float();
    this.halfSpreadTicks = reader.float();
    this.skewTicks = reader.float();
    this.volatilityTicks = reader.float();
    this.toxicity = reader.integer() as ToxicityLevel;
    this.toxicitySignal = reader.float();
    this.targetPositionLots = reader.integer() as QuantityLots;
    this.inventoryRatio = reader.float();
    this.confidence = reader.float();
  }
}
