/**
 * The simulated venue: one account in one spot pair and, if there is one, its perpetual. Takes the
 * engine's commands as a real venue would: later, in order, checked by its own rules, and answers
 * with events. Nothing here is nicer than live.
 */
import { CommandKind, type OrderCommand, type RequestCommand } from '#contracts/commands.ts';
import type { OrderGateway } from '#contracts/edge-ports.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { BalanceSlot, ReportReason, Side } from '#contracts/order.ts';
import {
  type AssetUnits,
  type EpochMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  type PriceUnits,
  type RateUnits,
} from '#units/integers.ts';
import { Arrival, Fate, isAboutOneOrder } from './arrival.ts';
import { OVERLOADED } from './desk-refusals.ts';
import { FifoConnection } from './latency.ts';
import { FLAT_BRACKETS, type MarginAccount } from './margin-account.ts';
import { PerpetualTerms, SpotTerms } from './market-terms.ts';
import { OrderCounter } from './order-counter.ts';
import { OrderDesk } from './order-desk.ts';
import type { DeskCounters } from './order-reports.ts';
import type { OwnOrder } from './own-order.ts';
import { PerpetualDesk } from './perpetual-desk.ts';
import { PrivateStream } from './private-stream.ts';
import { PerpetualSettlement, SpotSettlement } from './settlement.ts';
import type { VenueBook } from './venue-book.ts';
import { VenueIncidents } from './venue-incidents.ts';
import {
  assertMarkets,
  type BurstFaults,
  type MarginSettings,
  makeMarginAccount,
  makeWallets,
  type SimulatedVenueOptions,
} from './venue-options.ts';
import type { Refusal } from './venue-rules.ts';
import type { SpotWallets } from './wallets.ts';
import { WeightCounter } from './weight-counter.ts';

export type {
  BurstFaults,
  MarginSettings,
  SimulatedVenueOptions,
  VenueBalances,
} from './venue-options.ts';

/** 5x, 2.5 % maintenance, 1.5 % liquidation fee. */
export const DEFAULT_MARGIN: MarginSettings = {
  leverage: 5,
  brackets: FLAT_BRACKETS,
  liquidationFeeRate: 1_500_000 as RateUnits,
};

const NO_FAULTS: BurstFaults = { refusal: 0, lostAnswer: 0 };
/** First venue order id: above 2^32, so that the high half is never idle. */
const FIRST_ORDER_ID = 7 * 2 ** 32 + 1;

export class SimulatedVenue implements OrderGateway {
  private readonly options: SimulatedVenueOptions;
  private readonly wallets: SpotWallets | null;
  private readonly marginAccount: MarginAccount | null;
  private readonly perpetual: PerpetualDesk | null;
  private readonly perpetualIndex: number;
  private readonly desks: OrderDesk[] = [];
  private readonly streams: PrivateStream[] = [];
  private readonly connections: FifoConnection[] = [];
  private readonly weights: WeightCounter[] = [];
  /** What goes wrong at a venue from outside: see there. */
  readonly incidents: VenueIncidents;
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
    this.marginAccount =
      perpetual === undefined
        ? null
        : makeMarginAccount(perpetual, options, options.margin ?? DEFAULT_MARGIN);
    this.perpetualIndex = perpetual === undefined ? -1 : perpetual.index;
    let perpetualDesk: PerpetualDesk | null = null;
    for (const instrument of instruments) {
      const stream = new PrivateStream(options.clock, options.sink, options.latency);
      const desk = this.makeDesk(instrument, stream);
      this.streams.push(stream);
      options.listeners[instrument.index]?.bind(desk);
      this.desks.push(desk);
      this.connections.push(new FifoConnection());
      this.weights.push(new WeightCounter(instrument.market));
      if (this.marginAccount === null || instrument.market === Market.SPOT) continue;
      const account = this.marginAccount;
      const { clock } = options;
      perpetualDesk = new PerpetualDesk({ clock, instrument, account, desk, stream });
    }
    this.perpetual = perpetualDesk;
    this.incidents = new VenueIncidents({
      clock: options.clock,
      instruments,
      desks: this.desks,
      books: options.books,
      wallets: this.wallets,
      margin: this.marginAccount,
      submitRefused: (command, refusal, onEffect) =>
        this.send(command, Fate.REFUSED, refusal, onEffect),
      submitHalf: (command, onEffect) => this.send(command, Fate.HALF, null, onEffect),
    });
  }

  /** True while the event being published answers a query about the account. */
  get isDeliveringAnswer(): boolean {
    for (const stream of this.streams) if (stream.isDeliveringAnswer) return true;
    return false;
  }

  /** Copies the command and sends it off. Throws on an instrument the venue does not have. */
  submit(command: Readonly<OrderCommand | RequestCommand>): void {
    this.send(command, this.drawFate(this.options.clock.nowMicros), null);
  }

  private send(
    command: Readonly<OrderCommand | RequestCommand>,
    fate: Fate,
    refusal: Refusal | null,
    onEffect: () => void = noEffect,
  ): void {
    if (command.kind === CommandKind.REQUEST_SNAPSHOT) {
      const isServed = this.isWithinWeight(command.instrument, command.kind);
      if (isServed) this.options.onSnapshotRequest(command.instrument);
      return;
    }
    const { clock, latency } = this.options;
    const now = clock.nowMicros;
    const arrival = this.idleArrivals.pop() ?? new Arrival(this.onArrival);
    arrival.fill(command);
    const isForAll = isAboutAll(command);
    const connection = this.connections[isForAll ? 0 : command.instrument];
    if (connection === undefined) throw new RangeError(`no instrument ${command.instrument}`);
    arrival.requestedAtMicros = now;
    arrival.fate = fate;
    arrival.refusal = refusal;
    arrival.onEffect = onEffect;
    const at = connection.arrivalMicros(now, latency.entryMicros(now));
    clock.schedule(at, arrival);
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
    | 'applyFill'
    | 'applyLiquidationFill'
    | 'settleFunding'
    | 'setMark'
    | 'setInstrument'
    | 'transfer'
  > | null {
    return this.marginAccount;
  }

  /** Best price of a side as the venue sees it, our own orders included; 0 when the side is empty. */
  touchTicks(instrument: InstrumentIndex, side: Side): number {
    const book = this.options.books[instrument];
    if (book === undefined) throw new RangeError(`no instrument ${instrument}`);
    return side === Side.BUY ? book.bestBidTicks : book.bestAskTicks;
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

  private readonly onArrival = (arrival: Arrival): void => {
    const { command, requestedAtMicros } = arrival;
    if (isAboutAll(command)) {
      for (const desk of this.desks) {
        if (this.isAdmitted(desk, arrival)) desk.queries.answerAccount(requestedAtMicros);
      }
    } else {
      const desk = this.deskOf(command.instrument);
      if (this.isAdmitted(desk, arrival)) this.handle(desk, arrival);
    }
    this.idleArrivals.push(arrival);
  };

  /** The door: what knocks during a ban is an offence, and what was marked is refused. */
  private isAdmitted(desk: OrderDesk, arrival: Arrival): boolean {
    const { command, requestedAtMicros, fate } = arrival;
    this.isWithinWeight(desk.instrumentIndex, command.kind);
    const forced = fate === Fate.REFUSED ? (arrival.refusal ?? OVERLOADED) : null;
    const refusal = this.incidents.refusalAt(desk.instrumentIndex) ?? forced;
    if (refusal === null) return true;
    if (refusal === forced) tellEffect(arrival);
    if (isAboutOneOrder(command)) {
      desk.reports.counters.requests += 1;
      desk.refuse(command, requestedAtMicros, refusal);
    }
    // Other requests name no order, so that no report could tell of their refusal: silence does.
    return false;
  }

  /** False when a minute's weight is used up: the market is then closed to us until that minute is over. */
  private isWithinWeight(index: InstrumentIndex, kind: CommandKind): boolean {
    const counter = this.weights[index];
    if (counter === undefined) throw new RangeError(`no instrument ${index}`);
    if (counter.tryCount(kind, this.options.clock.nowMicros)) return true;
    this.incidents.silence(index, counter.releaseMicros);
    return false;
  }

  private handle(desk: OrderDesk, arrival: Arrival): void {
    const { command, requestedAtMicros, fate } = arrival;
    switch (command.kind) {
      case CommandKind.REQUEST_ACCOUNT:
        desk.queries.answerAccount(requestedAtMicros);
        return;
      case CommandKind.REQUEST_OPEN_ORDERS:
        desk.queries.answerOpenOrders(requestedAtMicros);
        return;
      case CommandKind.REQUEST_FILLS:
        desk.queries.answerFills(arrival.fromTradeId, requestedAtMicros);
        return;
      case CommandKind.CANCEL_ALL:
        desk.reports.counters.requests += 1;
        if (fate !== Fate.REQUEST_LOST) desk.cancelAll(requestedAtMicros, ReportReason.NONE);
        return;
      default:
        desk.reports.counters.requests += 1;
    }
    if (fate === Fate.HALF && command.kind === CommandKind.REPLACE_ORDER) {
      if (desk.performHalf(command, requestedAtMicros)) tellEffect(arrival);
      return;
    }
    const isLost = fate === Fate.ANSWER_LOST || fate === Fate.REQUEST_LOST;
    if (isLost) desk.loseAnswer(command, requestedAtMicros);
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

function noEffect(): void {
  // Nobody asked to be told.
}

/** A question about the account knocks at two doors. */
function tellEffect(arrival: Arrival): void {
  const { onEffect } = arrival;
  arrival.onEffect = noEffect;
  onEffect();
}

/** The account of every market at once; with an instrument only that market's is meant. */
function isAboutAll({ kind, instrument }: Readonly<OrderCommand | RequestCommand>): boolean {
  return kind === CommandKind.REQUEST_ACCOUNT && instrument === NO_INSTRUMENT;
}
