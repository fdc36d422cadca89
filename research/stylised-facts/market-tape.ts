import type { EventSink } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { DepthSnapshotEvent, EngineEvent, TradeEvent } from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';

/** Grid on which the top of each book is sampled. */
export const GRID_MICROS = 100_000;
/** Price levels, in units of `ticksPerLevel` from the touch, of which the depth is kept. */
export const DEPTH_LEVELS = 12;

/** A list of numbers that grows in place. */
class Column {
  private values = new Float64Array(4096);
  private count = 0;

  push(value: number): void {
    if (this.count === this.values.length) {
      const grown = new Float64Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.count] = value;
    this.count += 1;
  }

  get view(): Float64Array {
    return this.values.subarray(0, this.count);
  }
}

/** The public life of one instrument, as its streams told it. Prices in ticks, sizes in lots. */
export class InstrumentTape {
  /** Top of book at each grid moment; the last known one where a side was empty. */
  readonly midTicks = new Column();
  readonly spreadTicks = new Column();
  readonly touchLots = new Column();
  /** One entry per market order and price: fills of one taker at one price come merged. */
  readonly tradeMicros = new Column();
  readonly tradePriceTicks = new Column();
  readonly tradeLots = new Column();
  /** 1: the aggressor bought. -1: it sold. */
  readonly tradeSigns = new Column();
  /** Mid before the trade. */
  readonly tradeMidTicks = new Column();
  readonly depthLots = new Float64Array(DEPTH_LEVELS);
  depthSnapshots = 0;
  /** Best prices as last published; 0 before the first and while a side is empty. */
  bidTicks = 0;
  askTicks = 0;
  private readonly ticksPerLevel: number;
  private bidLots = 0;
  private askLots = 0;
  private lastMid = 0;
  private lastSpread = 0;

  /** `ticksPerLevel`: width of one level of the depth profile. */
  constructor(ticksPerLevel: number) {
    this.ticksPerLevel = ticksPerLevel;
  }

  get hasTop(): boolean {
    return this.lastMid > 0;
  }

  setTop(bidTicks: number, bidLots: number, askTicks: number, askLots: number): void {
    this.bidTicks = bidTicks;
    this.askTicks = askTicks;
    this.bidLots = bidLots;
    this.askLots = askLots;
    if (bidTicks === 0 || askTicks === 0) return;
    this.lastMid = (bidTicks + askTicks) / 2;
    this.lastSpread = askTicks - bidTicks;
  }

  sample(): void {
    this.midTicks.push(this.lastMid);
    this.spreadTicks.push(this.lastSpread);
    this.touchLots.push((this.bidLots + this.askLots) / 2);
  }

  addTrade(event: Readonly<TradeEvent>): void {
    this.tradeMicros.push(event.venueTimeMicros);
    this.tradePriceTicks.push(event.priceTicks);
    this.tradeLots.push(event.quantityLots);
    this.tradeSigns.push(event.aggressor === Side.BUY ? 1 : -1);
    this.tradeMidTicks.push(this.lastMid);
  }

  /** Adds the mean of both sides at each distance from the touch. */
  addDepth(event: Readonly<DepthSnapshotEvent>): void {
    if (event.bids.count === 0 || event.asks.count === 0) return;
    this.depthSnapshots += 1;
    for (const column of [event.bids, event.asks]) {
      const best = column.pricesTicks[0] as number;
      for (let index = 0; index < column.count; index++) {
        const away = Math.abs((column.pricesTicks[index] as number) - best);
        const level = Math.floor(away / this.ticksPerLevel);
        if (level >= DEPTH_LEVELS) break;
        this.depthLots[level] =
          (this.depthLots[level] ?? 0) + (column.quantitiesLots[index] as number) / 2;
      }
    }
  }
}

/**
 * Listens to the public streams of a synthetic session and keeps what the facts are computed from.
 * It sees what any subscriber sees, nothing of what the model hides.
 */
export class MarketTape implements EventSink {
  readonly spot: InstrumentTape;
  readonly perp: InstrumentTape;
  /** Moment of the first sample: sample i was taken i grid steps later. 0 before it. */
  firstSampleMicros = 0;
  private nextGridMicros: number;

  constructor(startMicros: number, spotTicksPerLevel: number, perpTicksPerLevel: number) {
    this.spot = new InstrumentTape(spotTicksPerLevel);
    this.perp = new InstrumentTape(perpTicksPerLevel);
    this.nextGridMicros = startMicros + GRID_MICROS;
  }

  publish(event: EngineEvent): void {
    this.sampleUntil(event.atMicros);
    switch (event.kind) {
      case EventKind.BOOK_TICKER:
        this.tapeOf(event.instrument).setTop(
          event.bidPriceTicks,
          event.bidQuantityLots,
          event.askPriceTicks,
          event.askQuantityLots,
        );
        break;
      case EventKind.TRADE:
        this.tapeOf(event.instrument).addTrade(event);
        break;
      case EventKind.DEPTH_SNAPSHOT:
        this.tapeOf(event.instrument).addDepth(event);
        break;
      default:
        break;
    }
  }

  /** Samples every grid moment before `nowMicros`, once both books have a top. */
  sampleUntil(nowMicros: number): void {
    while (this.nextGridMicros < nowMicros) {
      if (this.spot.hasTop && this.perp.hasTop) {
        if (this.firstSampleMicros === 0) this.firstSampleMicros = this.nextGridMicros;
        this.spot.sample();
        this.perp.sample();
      }
      this.nextGridMicros += GRID_MICROS;
    }
  }

  /** Index of the first sample at or after a moment. Can lie beyond the end. */
  sampleIndex(atMicros: number): number {
    return Math.max(0, Math.ceil((atMicros - this.firstSampleMicros) / GRID_MICROS));
  }

  private tapeOf(instrument: number): InstrumentTape {
    return instrument === 0 ? this.spot : this.perp;
  }
}
