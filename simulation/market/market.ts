/**
 * The synthetic market: one spot pair and its perpetual, made of people. Makers with ladders that
 * follow with a lag, uninformed takers that come in clusters, informed takers that come first.
 *
 * The perpetual leads: its makers follow the efficient price within tens of milliseconds, the spot
 * makers follow the perpetual's mid some hundred milliseconds later, and arbitrageurs take from
 * those who are late. All chance comes from one seed. It is not evidence that a strategy earns.
 */

import type { RegimeName } from '#contracts/configuration/simulation-configuration.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { InstrumentRole } from '#contracts/instrument.ts';
import { SeededRandom } from '#simulation/random/random.ts';
import type { VenueBook } from '#simulation/venue/venue-book.ts';
import type { Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, type InstrumentIndex, MICROS_PER_SECOND } from '#units/integers.ts';
import { Basis } from './basis.ts';
import { EfficientPrice } from './efficient-price.ts';
import { HawkesArrivals } from './hawkes.ts';
import { LadderMaker, ParticipantOrderFactory } from './ladder-maker.ts';
import { RegimeSwitch } from './regimes.ts';
import { InformedTaker, type TakerOptions, UninformedTaker } from './takers.ts';

/** Grid of the hidden processes. */
const STEP_MICROS = 20_000;
const STEP_SECONDS = STEP_MICROS / MICROS_PER_SECOND;
/** Steps of the perpetual's mid that spot makers can look back. A power of two above a second. */
const MID_MEMORY_STEPS = 64;
const PARTICIPANT_IDS_FROM = 2 ** 40;
/** People quote on a grid of about this width, however fine the tick: DOGE's tick is 0.625 bp. */
const NATURAL_STEP_BPS = 0.625;
const BASIS_POINTS = 10_000;

/**
 * How one of the two markets behaves. Rates are per second in the calm regime; a step is one of the
 * market's natural grid (about 0.6 bp, at least a tick).
 */
export interface MarketCharacter {
  readonly makers: number;
  readonly levels: number;
  readonly halfSpreadSteps: number;
  /** Mean size of a maker's innermost order, in quote currency. */
  readonly meanOrderQuote: number;
  /** Smallest market order, in quote currency. */
  readonly leastTradeQuote: number;
  readonly takerBasePerSecond: number;
  readonly takerBranching: number;
  readonly informedPerSecond: number;
  readonly informedEdgeSteps: number;
  readonly makerWakeSeconds: number;
  readonly makerLagSeconds: number;
  readonly makerLagSpreadSeconds: number;
  readonly opinionSteps: number;
  /**
   * What the smallest market order teaches, as a share of the calm volatility per square root second.
   * Larger ones teach with the square root of their size.
   */
  readonly impactShare: number;
}

export interface SyntheticMarketOptions {
  readonly clock: VirtualClock;
  readonly seed: number;
  readonly quoted: Instrument;
  readonly quotedBook: VenueBook;
  /** Null: a spot market alone, following the efficient price by itself. */
  readonly hedge: Instrument | null;
  readonly hedgeBook: VenueBook | null;
  /** Price of one base in quote currency at the start. */
  readonly startPrice: number;
  /** Volatility of the calm market, basis points per square root second. */
  readonly volatilityBps: number;
  readonly regime: RegimeName | null;
  readonly spotCharacter: MarketCharacter;
  readonly perpCharacter: MarketCharacter;
  readonly basisMeanBps: number;
  readonly basisDeviationBps: number;
  /** How often everybody acts, as a multiple of the calibrated market. Default 1. */
  readonly activity?: number;
}

export const DEFAULT_SPOT_CHARACTER: MarketCharacter = {
  makers: 5,
  levels: 6,
  halfSpreadSteps: 0.55,
  meanOrderQuote: 4_000,
  leastTradeQuote: 40,
  takerBasePerSecond: 0.9,
  takerBranching: 0.72,
  informedPerSecond: 2.5,
  informedEdgeSteps: 0.4,
  makerWakeSeconds: 0.35,
  makerLagSeconds: 0.05,
  makerLagSpreadSeconds: 0.25,
  opinionSteps: 0.35,
  impactShare: 0.1,
};

export const DEFAULT_PERP_CHARACTER: MarketCharacter = {
  makers: 5,
  levels: 6,
  halfSpreadSteps: 0.55,
  meanOrderQuote: 9_000,
  leastTradeQuote: 60,
  takerBasePerSecond: 1.4,
  takerBranching: 0.72,
  informedPerSecond: 3,
  informedEdgeSteps: 0.4,
  makerWakeSeconds: 0.2,
  makerLagSeconds: 0.02,
  makerLagSpreadSeconds: 0.06,
  opinionSteps: 0.3,
  impactShare: 0.1,
};

/** One market's people and the book they meet in. */
interface Venue {
  readonly book: VenueBook;
  readonly instrument: number;
  readonly takerOptions: readonly TakerOptions[];
  priceUnitsPerTick: number;
  /** How far from the common price everybody here believes it to be, as a factor. */
  shiftFactor: number;
  /** Nobody acts: the venue has halted. */
  isPaused: boolean;
  readonly character: MarketCharacter;
  readonly makers: readonly LadderMaker[];
  readonly makerLags: readonly number[];
  readonly uninformed: UninformedTaker;
  readonly informed: InformedTaker;
  readonly arrivals: HawkesArrivals;
  readonly random: SeededRandom;
}

export class SyntheticMarket {
  private readonly clock: VirtualClock;
  private readonly regimes: RegimeSwitch;
  private readonly price: EfficientPrice;
  private readonly basis: Basis;
  private readonly spot: Venue;
  private readonly perp: Venue | null;
  private readonly perpMids = new Float64Array(MID_MEMORY_STEPS);
  private steps = 0;
  private readonly baseActivity: number;
  private activity: number;
  private readonly volatilityBps: number;
  private readonly startMicros: EpochMicros;

  constructor(options: SyntheticMarketOptions) {
    this.baseActivity = options.activity ?? 1;
    this.activity = this.baseActivity;
    const orders = new ParticipantOrderFactory(PARTICIPANT_IDS_FROM);
    this.clock = options.clock;
    this.startMicros = options.clock.nowMicros;
    this.volatilityBps = options.volatilityBps;
    this.regimes = new RegimeSwitch(new SeededRandom(options.seed, 1), options.regime);
    this.price = new EfficientPrice(new SeededRandom(options.seed, 2), this.regimes, {
      startPrice: options.startPrice,
      volatilityBps: options.volatilityBps,
      stepSeconds: STEP_SECONDS,
    });
    this.basis = new Basis(new SeededRandom(options.seed, 3), {
      meanBps: options.basisMeanBps,
      deviationBps: options.basisDeviationBps,
      halfLifeSeconds: 300,
    });
    this.spot = populate(
      options.quoted,
      options.quotedBook,
      options.spotCharacter,
      options,
      orders,
    );
    this.perp =
      options.hedge === null || options.hedgeBook === null
        ? null
        : populate(options.hedge, options.hedgeBook, options.perpCharacter, options, orders);
  }

  get regimeName(): RegimeName {
    return this.regimes.regime.name;
  }

  /** Fills both books at once and schedules everybody's first action. */
  start(): void {
    this.perpMids.fill(this.price.price() * this.basis.ratio);
    for (const venue of this.venues()) {
      const view = this.viewTicks(venue, 0);
      for (const maker of venue.makers) maker.wake(this.clock.nowMicros, view, 0, 1);
      for (let index = 0; index < venue.makers.length; index++) this.scheduleMaker(venue, index);
      this.scheduleUninformed(venue);
      this.scheduleInformed(venue);
    }
    const step: Task = {
      run: (now) => {
        this.step(now);
        this.clock.schedule((now + STEP_MICROS) as EpochMicros, step);
      },
    };
    this.clock.schedule((this.clock.nowMicros + STEP_MICROS) as EpochMicros, step);
  }

  /** Stops everybody in one market, or lets them go on; what rests stays. */
  setPaused(instrument: InstrumentIndex, isPaused: boolean): void {
    this.venueOf(instrument).isPaused = isPaused;
  }

  /** Everybody in both markets acts this many times as often as usual. Throws below or at zero. */
  setActivity(factor: number): void {
    if (!(factor > 0)) throw new RangeError(`activity must be above zero: ${factor}`);
    this.activity = this.baseActivity * factor;
  }

  /**
   * Everybody in one market believes the price to be so many basis points from the common one; 0: there.
   * Spot follows the perpetual, so a shift of that one moves both.
   */
  shift(instrument: InstrumentIndex, bps: number): void {
    this.venueOf(instrument).shiftFactor = 1 + bps / BASIS_POINTS;
  }

  /** Everybody leaves one market, which must be paused: the book is empty of them afterwards. */
  withdrawAll(instrument: InstrumentIndex): void {
    const venue = this.venueOf(instrument);
    if (!venue.isPaused) throw new Error('people leave a market only while it is paused');
    for (const maker of venue.makers) maker.withdraw();
  }

  /** Everybody counts in ticks of 1/divisor from now on. The book must be empty. */
  refineTick(instrument: InstrumentIndex, divisor: number): void {
    const venue = this.venueOf(instrument);
    if (venue.book.bestBidTicks !== 0 || venue.book.bestAskTicks !== 0) {
      throw new Error('a tick changes only in an empty book');
    }
    venue.priceUnitsPerTick /= divisor;
    for (const maker of venue.makers) maker.refineTick(divisor);
    for (const options of venue.takerOptions) options.ticksPerStep *= divisor;
  }

  private venueOf(instrument: InstrumentIndex): Venue {
    const venue = this.venues().find((one) => one.instrument === instrument);
    if (venue === undefined) throw new RangeError(`no people trade instrument ${instrument}`);
    return venue;
  }

  private venues(): readonly Venue[] {
    return this.perp === null ? [this.spot] : [this.perp, this.spot];
  }

  private step(now: EpochMicros): void {
    this.regimes.advance(this.seconds(now));
    this.price.step();
    this.basis.step(STEP_SECONDS);
    this.steps += 1;
    this.perpMids[this.steps % MID_MEMORY_STEPS] = this.perpMidPrice();
    if (this.perp !== null) this.wakeStale(this.perp, now);
    this.wakeStale(this.spot, now);
  }

  /** Makers whose quotes the price has left re-quote as soon as they see it: their lag late. */
  private wakeStale(venue: Venue, now: EpochMicros): void {
    if (venue.isPaused) return;
    for (let index = 0; index < venue.makers.length; index++) {
      const view = this.viewTicks(venue, venue.makerLags[index] as number);
      if ((venue.makers[index] as LadderMaker).isStale(view)) this.wake(venue, index, view, now);
    }
  }

  private wake(venue: Venue, index: number, viewTicks: number, now: EpochMicros): void {
    if (venue.isPaused) return;
    const { extraHalfSpreadSteps, depth } = this.regimes.regime;
    (venue.makers[index] as LadderMaker).wake(now, viewTicks, extraHalfSpreadSteps, depth);
  }

  private seconds(now: EpochMicros): number {
    return (now - this.startMicros) / MICROS_PER_SECOND;
  }

  private perpMidPrice(): number {
    const perp = this.perp;
    if (perp === null) return this.price.price() * this.basis.ratio;
    const { bestBidTicks, bestAskTicks } = perp.book;
    const previous = this.perpMids[
      (this.steps + MID_MEMORY_STEPS - 1) % MID_MEMORY_STEPS
    ] as number;
    if (bestBidTicks === 0 || bestAskTicks === 0) return previous;
    return ((bestBidTicks + bestAskTicks) / 2) * (perp.priceUnitsPerTick / 1e8);
  }

  /** What a participant of `venue` believes the price to be, `lagSeconds` late, in its ticks. */
  private viewTicks(venue: Venue, lagSeconds: number): number {
    const ticksPerQuote = (venue.shiftFactor * 1e8) / venue.priceUnitsPerTick;
    if (venue === this.perp) return this.price.price(lagSeconds) * this.basis.ratio * ticksPerQuote;
    const lagSteps = Math.min(
      Math.round(lagSeconds / STEP_SECONDS),
      this.steps,
      MID_MEMORY_STEPS - 1,
    );
    const mid = this.perpMids[(this.steps - lagSteps) % MID_MEMORY_STEPS] as number;
    return (mid / this.basis.ratio) * ticksPerQuote;
  }

  private scheduleMaker(venue: Venue, index: number): void {
    const meanSeconds = venue.character.makerWakeSeconds;
    const lag = venue.makerLags[index] as number;
    const task: Task = {
      run: (now) => {
        this.wake(venue, index, this.viewTicks(venue, lag), now);
        this.after(venue.random.exponential(meanSeconds) / this.activity, task);
      },
    };
    this.after(venue.random.exponential(meanSeconds), task);
  }

  private scheduleUninformed(venue: Venue): void {
    let from = 0;
    const base = (): number =>
      this.activity * venue.character.takerBasePerSecond * this.regimes.regime.takerRate;
    const task: Task = {
      run: (now) => {
        const seconds = this.seconds(now);
        if (venue.arrivals.accept(from, seconds, base()) && !venue.isPaused) {
          this.learn(venue, venue.uninformed.trade(now));
        }
        from = seconds;
        this.after(venue.arrivals.waitSeconds(seconds, base()), task);
      },
    };
    this.after(venue.arrivals.waitSeconds(0, base()), task);
  }

  /** A trade's news enters the efficient price; in a shallow book everybody reads more into it. */
  private learn(venue: Venue, news: number): void {
    const { impactShare } = venue.character;
    const depth = Math.sqrt(this.regimes.regime.depth);
    this.price.push((impactShare * this.volatilityBps * news) / depth);
  }

  private scheduleInformed(venue: Venue): void {
    const rate = (): number =>
      this.activity * venue.character.informedPerSecond * this.regimes.regime.informedRate;
    const task: Task = {
      run: (now) => {
        if (!venue.isPaused) venue.informed.look(now, this.viewTicks(venue, 0));
        this.after(venue.random.exponential(1 / rate()), task);
      },
    };
    this.after(venue.random.exponential(1 / rate()), task);
  }

  private after(seconds: number, task: Task): void {
    const wait = Math.max(1, Math.round(seconds * MICROS_PER_SECOND));
    this.clock.schedule((this.clock.nowMicros + wait) as EpochMicros, task);
  }
}

function populate(
  instrument: Instrument,
  book: VenueBook,
  character: MarketCharacter,
  options: SyntheticMarketOptions,
  orders: ParticipantOrderFactory,
): Venue {
  const stream = instrument.role === InstrumentRole.QUOTED ? 100 : 200;
  const random = new SeededRandom(options.seed, stream);
  const priceTicks = options.startPrice / (instrument.priceUnitsPerTick / 1e8);
  const ticksPerStep = Math.max(1, Math.round((priceTicks * NATURAL_STEP_BPS) / 10_000));
  const lotQuote = options.startPrice * (instrument.baseUnitsPerLot / 1e8);
  const ownerFrom = 1;
  const makers: LadderMaker[] = [];
  const makerLags: number[] = [];
  for (let index = 0; index < character.makers; index++) {
    makers.push(
      new LadderMaker({
        owner: ownerFrom + index,
        book,
        orders,
        random: new SeededRandom(options.seed, stream + 10 + index),
        levels: character.levels,
        ticksPerStep,
        halfSpreadSteps: character.halfSpreadSteps,
        meanLots: Math.max(1, character.meanOrderQuote / lotQuote),
        opinionSteps: character.opinionSteps,
      }),
    );
    makerLags.push(character.makerLagSeconds + character.makerLagSpreadSeconds * random.uniform());
  }
  const taker = {
    owner: ownerFrom + character.makers,
    book,
    orders,
    random,
    ticksPerStep,
    leastLots: Math.max(1, character.leastTradeQuote / lotQuote),
  };
  const informed = { ...taker, owner: taker.owner + 1 };
  return {
    book,
    instrument: instrument.index,
    takerOptions: [taker, informed],
    isPaused: false,
    priceUnitsPerTick: instrument.priceUnitsPerTick,
    shiftFactor: 1,
    character,
    makers,
    makerLags,
    uninformed: new UninformedTaker(taker),
    informed: new InformedTaker(informed, character.informedEdgeSteps),
    arrivals: new HawkesArrivals(new SeededRandom(options.seed, stream + 1), {
      branching: character.takerBranching,
      decayPerSecond: 4,
    }),
    random,
  };
}
