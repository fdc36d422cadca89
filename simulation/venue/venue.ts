/**
 * The simulated venue: one account in one spot pair and, if there is one, its perpetual. Takes the
 * engine's commands as a real venue would: later, in order, checked by its own rules, and answers
 * with events. Nothing here is nicer than live.
 */
import { CommandKind, OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import type { EventSink, OrderGateway } from '#contracts/edge-ports.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { BalanceSlot, ReportReason } from '#contracts/order.ts';
import type { SeededRandom } from '#simulation/random/random.ts';
import type { Task, VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import type {
  AssetUnits,
  EpochMicros,
  InstrumentIndex,
  PriceUnits,
  QuantityLots,
  RateUnits,
} from '#units/integers.ts';
import type { BookListenerRelay } from './book-listener-relay.ts';
import { FifoConnection, type LatencyModel } from './latency.ts';
import { FLAT_BRACKETS, type MaintenanceBracket, MarginAccount } from './margin-account.ts';
import { PerpetualTerms, SpotTerms } from './market-terms.ts';
import { OrderCounter } from './order-counter.ts';
import { OrderDesk } from './order-desk.ts';
import type { DeskCounters } from './order-reports.ts';
import type { OwnOrder } from './own-order.ts';
import { PerpetualDesk } from './perpetual-desk.ts';
import { PrivateStream } from './private-stream.ts';
import { PerpetualSettlement, SpotSettlement } from './settlement.ts';
import type { VenueBook } from './venue-book.ts';
import { type FeeSettings, PLAIN_FEES, SpotWallets } from './wallets.ts';

/** What the account holds at the start. */
export interface VenueBalances {
  readonly baseUnits: AssetUnits;
  readonly quoteUnits: AssetUnits;
  readonly feeAssetUnits: AssetUnits;
  readonly marginUnits: AssetUnits;
  /** Signed perpetual position and its entry price. Default: none. */
  readonly positionLots?: QuantityLots;
  readonly entryPriceUnits?: PriceUnits;
}

export interface MarginSettings {
  readonly leverage: number;
  readonly brackets: readonly MaintenanceBracket[];
  readonly liquidationFeeRate: RateUnits;
}

/** 5x, 2.5 % maintenance, 1.5 % liquidation fee. */
export const DEFAULT_MARGIN: MarginSettings = {
  leverage: 5,
  brackets: FLAT_BRACKETS,
  liquidationFeeRate: 1_500_000 as RateUnits,
};

/** What goes wrong while the latency model is in a burst. Probabilities per request, 0..1. */
export interface BurstFaults {
  /** Refused for overload, nothing done. */
  readonly refusal: number;
  /** The answer gets lost; half of these requests never arrived. */
  readonly lostAnswer: number;
}

export interface SimulatedVenueOptions {
  readonly clock: VirtualClock;
  readonly sink: EventSink;
  /** Index in these three arrays = InstrumentIndex. At most one spot and one perpetual. */
  readonly instruments: readonly Instrument[];
  readonly books: readonly VenueBook[];
  /** The relay each book was given as the listener of our orders. */
  readonly listeners: readonly BookListenerRelay[];
  readonly latency: LatencyModel;
  readonly random: SeededRandom;
  readonly balances: VenueBalances;
  readonly fees?: FeeSettings;
  readonly margin?: MarginSettings;
  readonly burstFaults?: BurstFaults;
  /** REQUEST_SNAPSHOT goes here at once: the market data side has its own latency. */
  readonly onSnapshotRequest: (instrument: InstrumentIndex) => void;
}

const NO_FAULTS: BurstFaults = { refusal: 0, lostAnswer: 0 };
/** First venue order id: above 2^32, so that the high half is never idle. */
const FIRST_ORDER_ID = 7 * 2 ** 32 + 1;

const Fate = { HANDLED: 0, REFUSED: 1, ANSWER_LOST: 2, REQUEST_LOST: 3 } as const;
type Fate = (typeof Fate)[keyof typeof Fate];

/** One request on its way to the venue. */
class Arrival implements Task {
  readonly command = new OrderCommand();
  requestedAtMicros = 0 as EpochMicros;
  fromTradeId = 0;
  fate: Fate = Fate.HANDLED;
  private readonly venue: SimulatedVenue;

  constructor(venue: SimulatedVenue) {
    this.venue = venue;
  }

  run(): void {
    this.venue.onArrival(this);
  }
}

export class SimulatedVenue implements OrderGateway {
  private readonly options: SimulatedVenueOptions;
  private readonly wallets: SpotWallets | null;
  private readonly marginAccount: MarginAccount | null;
  private readonly perpetual: PerpetualDesk | null;
  private readonly perpetualIndex: number;
  private readonly desks: OrderDesk[] = [];
  private readonly connections: FifoConnection[] = [];
  private readonly idleArrivals: Arrival[] = [];
  private readonly faults: BurstFaults;
  private lastVenueOrderId = FIRST_ORDER_ID - 1;
  private trimScheduled = false;

  /** Throws a RangeError when the instruments, books and listeners do not belong together. */
  constructor(options: SimulatedVenueOptions) {
    assertMarkets(options);
    this.options = options;
    this.faults = options.burstFaults ?? NO_FAULTS;
    const { instruments } = options;
    const spot = instruments.find((one) => one.market === Market.SPOT);
    const perpetual = instruments.find((one) => one.market === Market.PERPETUAL);
    this.wallets = spot === undefined ? null : makeWallets(spot, options);
    this.marginAccount = perpetual === undefined ? null : makeMarginAccount(perpetual, options);
    this.perpetualIndex = perpetual === undefined ? -1 : perpetual.index;
    let perpetualDesk: PerpetualDesk | null = null;
    for (const instrument of instruments) {
      const stream = new PrivateStream(options.clock, options.sink, options.latency);
      const desk = this.makeDesk(instrument, stream);
      options.listeners[instrument.index]?.bind(desk);
      this.desks.push(desk);
      this.connections.push(new FifoConnection());
      if (this.marginAccount === null || instrument.market === Market.SPOT) continue;
      const account = this.marginAccount;
      const { clock } = options;
      perpetualDesk = new PerpetualDesk({ clock, instrument, account, desk, stream });
    }
    this.perpetual = perpetualDesk;
  }

  /** Copies the command and sends it off. Throws on an instrument the venue does not have. */
  submit(command: Readonly<OrderCommand | RequestCommand>): void {
    if (command.kind === CommandKind.REQUEST_SNAPSHOT) {
      this.options.onSnapshotRequest(command.instrument);
      return;
    }
    const { clock, latency } = this.options;
    const now = clock.nowMicros;
    const arrival = this.idleArrivals.pop() ?? new Arrival(this);
    if (isAboutOneOrder(command)) {
      copyCommand(command, arrival.command);
    } else {
      arrival.command.kind = command.kind;
      arrival.command.instrument = command.instrument;
      arrival.fromTradeId = command.fromTradeId;
    }
    const isForAll = command.kind === CommandKind.REQUEST_ACCOUNT;
    const connection = this.connections[isForAll ? 0 : command.instrument];
    if (connection === undefined) throw new RangeError(`no instrument ${command.instrument}`);
    arrival.requestedAtMicros = now;
    arrival.fate = this.drawFate(now);
    const at = connection.arrivalMicros(now, latency.entryMicros(now));
    clock.schedule(at, arrival);
  }

  /** A request has arrived. For the venue's own tasks. */
  onArrival(arrival: Arrival): void {
    const { command, requestedAtMicros, fate } = arrival;
    if (command.kind === CommandKind.REQUEST_ACCOUNT) {
      for (const desk of this.desks) desk.queries.answerAccount(requestedAtMicros);
    } else if (command.kind === CommandKind.REQUEST_OPEN_ORDERS) {
      this.deskOf(command.instrument).queries.answerOpenOrders(requestedAtMicros);
    } else if (command.kind === CommandKind.REQUEST_FILLS) {
      const { queries } = this.deskOf(command.instrument);
      queries.answerFills(arrival.fromTradeId, requestedAtMicros);
    } else {
      const desk = this.deskOf(command.instrument);
      desk.reports.counters.requests += 1;
      this.handle(desk, command, requestedAtMicros, fate);
    }
    this.idleArrivals.push(arrival);
  }

  /**
   * Mark price and funding terms of the perpetual: moves margins, may liquidate, and sets the instant
   * of the next settlement. Throws for another instrument.
   */
  setMark(
    instrument: InstrumentIndex,
    markPriceUnits: PriceUnits,
    fundingRate: RateUnits,
    nextFundingMicros: EpochMicros,
  ): void {
    if (this.perpetual === null || instrument !== this.perpetualIndex) {
      throw new RangeError(`instrument ${instrument} is not the perpetual`);
    }
    this.perpetual.setMark(markPriceUnits, fundingRate, nextFundingMicros);
  }

  /** The venue changes an instrument: status, filters. The engine must be told by its own event. */
  setInstrument(instrument: Instrument): void {
    this.deskOf(instrument.index).setInstrument(instrument);
  }

  /** Sends all balances and the position to the sink at once: the start-up query of a session. */
  publishAccount(): void {
    for (const desk of this.desks) desk.publishAccount();
  }

  /** PERP_MARGIN: the wallet balance. */
  freeUnits(slot: BalanceSlot): AssetUnits {
    if (slot === BalanceSlot.PERP_MARGIN) return this.margin?.walletUnits ?? (0 as AssetUnits);
    return this.wallets?.freeUnits(slot) ?? (0 as AssetUnits);
  }

  /** PERP_MARGIN: initial margin of position and orders. */
  lockedUnits(slot: BalanceSlot): AssetUnits {
    if (slot === BalanceSlot.PERP_MARGIN) {
      return this.margin?.initialMarginUnits ?? (0 as AssetUnits);
    }
    return this.wallets?.lockedUnits(slot) ?? (0 as AssetUnits);
  }

  /** Spot commission the venue took from this account, in the slot's asset. */
  collectedUnits(slot: BalanceSlot): AssetUnits {
    return this.wallets?.collectedUnits(slot) ?? (0 as AssetUnits);
  }

  /** The margin account, for reading; null without a perpetual. */
  get margin(): Omit<
    MarginAccount,
    'applyFill' | 'applyLiquidationFill' | 'settleFunding' | 'setMark'
  > | null {
    return this.marginAccount;
  }

  /** Open orders of an instrument, oldest first. */
  openOrders(instrument: InstrumentIndex): readonly Readonly<OwnOrder>[] {
    return this.deskOf(instrument).orders.openOrders();
  }

  counters(instrument: InstrumentIndex): Readonly<DeskCounters> {
    return this.deskOf(instrument).reports.counters;
  }

  get liquidationCount(): number {
    return this.perpetual?.liquidationCount ?? 0;
  }

  get fundingCount(): number {
    return this.perpetual?.fundingCount ?? 0;
  }

  private handle(
    desk: OrderDesk,
    command: Readonly<OrderCommand>,
    requestedAtMicros: EpochMicros,
    fate: Fate,
  ): void {
    if (command.kind === CommandKind.CANCEL_ALL) {
      // It names no order, so an answer to it can be neither refused nor unknown by report.
      const isDone = fate === Fate.HANDLED || fate === Fate.ANSWER_LOST;
      if (isDone) desk.cancelAll(requestedAtMicros, ReportReason.NONE);
      return;
    }
    if (fate === Fate.REFUSED) {
      desk.refuseOverloaded(command, requestedAtMicros);
      return;
    }
    if (fate !== Fate.HANDLED) desk.loseAnswer(command, requestedAtMicros);
    if (fate !== Fate.REQUEST_LOST) desk.perform(command, requestedAtMicros);
  }

  private drawFate(nowMicros: EpochMicros): Fate {
    const { refusal, lostAnswer } = this.faults;
    if (this.options.latency.isRefusing(nowMicros)) return Fate.REFUSED;
    if (refusal + lostAnswer === 0 || !this.options.latency.isBurst(nowMicros)) return Fate.HANDLED;
    const draw = this.options.random.uniform();
    if (draw < refusal) return Fate.REFUSED;
    if (draw >= refusal + lostAnswer) return Fate.HANDLED;
    return this.options.random.chance(0.5) ? Fate.ANSWER_LOST : Fate.REQUEST_LOST;
  }

  private deskOf(instrument: InstrumentIndex): OrderDesk {
    const desk = this.desks[instrument];
    if (desk === undefined) throw new RangeError(`no instrument ${instrument}`);
    return desk;
  }

  private makeDesk(instrument: Instrument, stream: PrivateStream): OrderDesk {
    const book = this.options.books[instrument.index] as VenueBook;
    const shared = {
      clock: this.options.clock,
      instrument,
      book,
      stream,
      counter: new OrderCounter(instrument.market),
      nextVenueOrderId: () => {
        this.lastVenueOrderId += 1;
        return this.lastVenueOrderId;
      },
    };
    const account = this.marginAccount;
    if (instrument.market === Market.PERPETUAL && account !== null) {
      return new OrderDesk({
        ...shared,
        settlement: new PerpetualSettlement(instrument, account),
        terms: new PerpetualTerms(instrument, account, book),
        onPositionMoved: () => this.scheduleTrim(),
      });
    }
    const wallets = this.wallets as SpotWallets;
    return new OrderDesk({
      ...shared,
      settlement: new SpotSettlement(wallets),
      terms: new SpotTerms(instrument, wallets, book),
      onPositionMoved: () => undefined,
    });
  }

  /** Reduce-only orders follow the position. Later in the same instant: the book is at work now. */
  private scheduleTrim(): void {
    if (this.trimScheduled) return;
    this.trimScheduled = true;
    this.options.clock.schedule(this.options.clock.nowMicros, {
      run: () => {
        this.trimScheduled = false;
        this.desks[this.perpetualIndex]?.trimReduceOnly();
      },
    });
  }
}

function assertMarkets(options: SimulatedVenueOptions): void {
  const { instruments, books, listeners } = options;
  if (books.length !== instruments.length || listeners.length !== instruments.length) {
    throw new RangeError('each instrument needs one book and one listener');
  }
  let spotCount = 0;
  for (const [index, instrument] of instruments.entries()) {
    if (instrument.index !== index) throw new RangeError('instruments must stand at their index');
    if (instrument.market === Market.SPOT) spotCount += 1;
  }
  if (spotCount > 1 || instruments.length - spotCount > 1) {
    throw new RangeError('at most one spot and one perpetual instrument');
  }
}

function makeWallets(instrument: Instrument, options: SimulatedVenueOptions): SpotWallets {
  const { baseUnits, quoteUnits, feeAssetUnits } = options.balances;
  const fees = options.fees ?? PLAIN_FEES;
  return new SpotWallets({ instrument, fees, baseUnits, quoteUnits, feeAssetUnits });
}

function makeMarginAccount(instrument: Instrument, options: SimulatedVenueOptions): MarginAccount {
  const { marginUnits, positionLots, entryPriceUnits } = options.balances;
  const { leverage, brackets, liquidationFeeRate } = options.margin ?? DEFAULT_MARGIN;
  return new MarginAccount({
    instrument,
    walletUnits: marginUnits,
    leverage,
    brackets,
    liquidationFeeRate,
    positionLots: positionLots ?? (0 as QuantityLots),
    entryPriceUnits: entryPriceUnits ?? (0 as PriceUnits),
  });
}

function isAboutOneOrder(
  command: Readonly<OrderCommand | RequestCommand>,
): command is Readonly<OrderCommand> {
  return command.kind <= CommandKind.REPLACE_ORDER || command.kind === CommandKind.QUERY_ORDER;
}

function copyCommand(from: Readonly<OrderCommand>, to: OrderCommand): void {
  to.kind = from.kind;
  to.instrument = from.instrument;
  to.clientOrderId = from.clientOrderId;
  to.targetOrderId = from.targetOrderId;
  to.side = from.side;
  to.priceTicks = from.priceTicks;
  to.quantityLots = from.quantityLots;
  to.type = from.type;
  to.timeInForce = from.timeInForce;
  to.layer = from.layer;
  to.ttlMicros = from.ttlMicros;
  to.reduceOnly = from.reduceOnly;
  to.reducesRisk = from.reducesRisk;
  to.selfTradeMode = from.selfTradeMode;
  to.reason = from.reason;
}
