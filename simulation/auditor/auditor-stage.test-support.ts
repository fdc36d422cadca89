/**
 * A stage for the auditor: short words for what the venue, the faults and the process do, around a view
 * that the test writes by hand. Everything is legal unless a test says otherwise.
 */

import {
  AlertCommand,
  CommandKind,
  OrderCommand,
  type RequestCommand,
} from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import {
  BalanceEvent,
  BookTickerEvent,
  DepthDeltaEvent,
  DepthSnapshotEvent,
  type EngineEvent,
  NO_PREVIOUS_UPDATE,
  OperatorEvent,
  PerpPositionEvent,
  QueryCompletedEvent,
  RiskLeaseEvent,
  TimerEvent,
} from '#contracts/events.ts';
import {
  ExecutionReport,
  NO_TRADE,
  ReportChannel,
  ReportStatus,
} from '#contracts/execution-report.ts';
import {
  CommissionAsset,
  Layer,
  OrderType,
  ReportReason,
  Side,
  TimeInForce,
} from '#contracts/order.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import type { ClientOrderId, EpochMicros, Sequence } from '#units/integers.ts';
import { Auditor } from './auditor.ts';
import { type AuditorOptions, CommandContext, VenueIncident } from './auditor-inputs.ts';
import type { AuditSummary } from './findings.ts';
import type { OrderWish } from './order-wish.test-support.ts';
import {
  bookSpotBuy,
  brand,
  isEnd,
  MID,
  makeInstrument,
  makeLimits,
  PERP,
  SECOND,
  SPOT,
  START,
  STATE_AFTER,
  StagedView,
  WHOLE,
} from './staged-view.test-support.ts';

const EPOCH_SIZE = 2 ** 32;

export class Stage {
  readonly view = new StagedView();
  readonly auditor: Auditor;
  now = START;
  sequence = 0;
  epoch = 1;
  /** Highest epoch on the disk. */
  durableEpoch = Number.POSITIVE_INFINITY;
  private readonly context = new CommandContext();
  private readonly updateIds = [0, 0];
  private readonly ended = new Set<number>();
  /** Trades that were booked, and at which sequence. */
  private readonly booked = new Map<string, number>();

  constructor(changes: Partial<AuditorOptions> = {}) {
    this.auditor = new Auditor({
      instruments: [makeInstrument(SPOT), makeInstrument(PERP)],
      limits: makeLimits(),
      opening: {
        baseUnits: 1_000 * WHOLE,
        quoteUnits: 10_000 * WHOLE,
        feeAssetUnits: 0,
        marginUnits: 1_000 * WHOLE,
        positionLots: -1_000,
        entryPriceUnits: MID * 1_000,
      },
      feeAsset: { paysWithFeeAsset: false, feeAssetPriceUnits: 0, feeAssetDiscount: 0 },
      orderRates: [{ instrument: SPOT, intervalMicros: 10 * SECOND, limit: 100 }],
      targetDeltaBaseUnits: 0,
      bandMaxQuoteUnits: 80 * WHOLE,
      hardDeltaQuoteUnits: 0,
      hardDeltaMicros: 0,
      childrenPerLayer: 1,
      ...changes,
    });
    this.view.limitsInForce = changes.limits ?? makeLimits();
    this.auditor.onStarted(1, true, this.now);
    this.lease(changes.limits);
    this.timer();
  }

  get summary(): AuditSummary {
    return this.auditor.summary();
  }

  /** Numbers of the invariants that were found broken, without repetition. */
  get broken(): number[] {
    return [...new Set(this.summary.violations.map((one) => one.invariant))].sort((a, b) => a - b);
  }

  evaluated(invariant: number): number {
    return this.summary.evaluated[invariant] ?? 0;
  }

  id(counter: number, epoch = this.epoch): number {
    return epoch * EPOCH_SIZE + counter;
  }

  /** Given and handled. `change`: what handling it does to the view. */
  apply(event: EngineEvent, change: (view: StagedView) => void = () => undefined): void {
    this.sequence += 1;
    event.sequence = this.sequence as Sequence;
    event.atMicros = this.now as EpochMicros;
    this.auditor.onDelivered(event, this.now);
    if (event.kind === EventKind.TIMER) this.view.healthAtMicros = this.now;
    if (event.kind === EventKind.EXECUTION_REPORT) this.take(event);
    change(this.view);
    this.auditor.onApplied(event, this.view, this.now);
  }

  /** The process is granted these limits, and has them in force. Default: its own, without an end. */
  lease(
    limits: RiskLimits = this.view.limitsInForce ?? makeLimits(),
    expiresAtMicros = Number.MAX_SAFE_INTEGER,
  ): void {
    const event = new RiskLeaseEvent();
    event.limits = limits;
    event.expiresAtMicros = expiresAtMicros as EpochMicros;
    this.apply(event);
  }

  /** A new trade is booked once; an order that stands may fill by what it has left. */
  private take(report: ExecutionReport): void {
    const { tradeId, instrument, clientOrderId, quantityLots, filledLots } = report;
    const isTrade = report.lastQuantityLots > 0 && tradeId >= 0;
    if (isTrade && !this.booked.has(`${instrument} ${tradeId}`)) {
      this.booked.set(`${instrument} ${tradeId}`, this.sequence);
      this.view.bookedFillCount += 1;
    }
    const { openLots } = this.view;
    if (clientOrderId <= 0 || report.reason === ReportReason.UNKNOWN_ORDER) return;
    if (isEnd(report.status)) {
      openLots.delete(clientOrderId);
      this.ended.add(clientOrderId);
    } else if (this.ended.has(clientOrderId)) return;
    else if (quantityLots > 0 && report.status !== ReportStatus.UNKNOWN) {
      const before = openLots.get(clientOrderId) ?? Number.POSITIVE_INFINITY;
      openLots.set(clientOrderId, Math.min(before, quantityLots - filledLots));
    }
  }

  timer(change: (view: StagedView) => void = () => undefined): void {
    this.apply(new TimerEvent(), change);
  }

  operate(action: OperatorEvent['action'], change?: (view: StagedView) => void): void {
    const event = new OperatorEvent();
    event.action = action;
    this.apply(event, change);
  }

  /** Lets time pass with a timer each half second, and both markets ticking when `isFed`. */
  pass(micros: number, isFed = true): void {
    const until = this.now + micros;
    while (this.now < until) {
      this.now = Math.min(until, this.now + SECOND / 2);
      if (isFed) this.tick();
      this.timer();
    }
  }

  /** A depth message of an instrument: its whole top moves there. */
  delta(instrument: number, bid: number, ask: number, lots = 10, firstShift = 0): DepthDeltaEvent {
    const event = new DepthDeltaEvent();
    const last = this.updateIds[instrument] ?? 0;
    event.instrument = brand(instrument);
    event.firstUpdateId = last + 1 + firstShift;
    event.lastUpdateId = last + 2 + firstShift;
    event.previousUpdateId = instrument === SPOT ? NO_PREVIOUS_UPDATE : last + firstShift;
    event.venueTimeMicros = this.now as EpochMicros;
    const top = this.view.tops[instrument] ?? [];
    if ((top[0] ?? 0) > 0) event.bids.push(top[0] ?? 0, 0);
    if ((top[2] ?? 0) > 0) event.asks.push(top[2] ?? 0, 0);
    event.bids.push(bid, lots);
    event.asks.push(ask, lots);
    this.updateIds[instrument] = event.lastUpdateId;
    return event;
  }

  /** Sends and delivers a depth message; the view follows it. */
  market(instrument: number, bid = MID - 1, ask = MID + 1): void {
    const event = this.delta(instrument, bid, ask);
    this.auditor.onMarketTruth(event, this.now);
    this.apply(event, () => this.follow(event, bid, ask));
  }

  /** The view's book stands at that message, live. */
  follow(event: DepthDeltaEvent, bid: number, ask: number, lots = 10): void {
    const { instrument } = event;
    this.view.updateIds[instrument] = event.lastUpdateId;
    this.view.tops[instrument] = [bid, lots, ask, lots];
    this.view.live[instrument] = true;
  }

  /** A snapshot at the current id, sent and delivered, before anything is live. */
  snapshot(instrument: number): void {
    const event = new DepthSnapshotEvent();
    const top = this.view.tops[instrument] ?? [];
    event.instrument = brand(instrument);
    event.lastUpdateId = this.updateIds[instrument] ?? 0;
    if ((top[0] ?? 0) > 0) {
      event.bids.push(top[0] ?? 0, top[1] ?? 0);
      event.asks.push(top[2] ?? 0, top[3] ?? 0);
    }
    this.auditor.onMarketTruth(event, this.now);
    this.apply(event);
  }

  /** Both markets say that they are alive, without a change of the book. */
  tick(): void {
    for (const instrument of [SPOT, PERP]) {
      const event = new BookTickerEvent();
      const top = this.view.tops[instrument] ?? [];
      event.instrument = brand(instrument);
      event.updateId = this.updateIds[instrument] ?? 0;
      event.bidPriceTicks = brand(top[0] ?? 0);
      event.bidQuantityLots = brand(top[1] ?? 0);
      event.askPriceTicks = brand(top[2] ?? 0);
      event.askQuantityLots = brand(top[3] ?? 0);
      this.auditor.onMarketTruth(event, this.now);
      this.apply(event);
    }
  }

  /** Both books live around the mid. */
  open(): this {
    for (const instrument of [SPOT, PERP]) {
      this.snapshot(instrument);
      this.market(instrument);
    }
    return this;
  }

  /** Sends an order; the view holds it as pending. */
  place(wish: OrderWish): number {
    const command = new OrderCommand();
    const isHedge = wish.layer === Layer.HEDGE;
    command.kind =
      wish.replaces === undefined ? CommandKind.PLACE_ORDER : CommandKind.REPLACE_ORDER;
    command.instrument = brand(wish.instrument ?? (isHedge ? PERP : SPOT));
    command.clientOrderId = this.id(wish.counter, wish.idEpoch ?? wish.epoch) as ClientOrderId;
    command.targetOrderId = (
      wish.replaces === undefined ? 0 : this.id(wish.replaces)
    ) as ClientOrderId;
    command.side = wish.side ?? Side.BUY;
    command.priceTicks = brand(wish.price ?? MID - 5);
    command.quantityLots = brand(wish.lots ?? 100);
    command.layer = wish.layer ?? Layer.L0;
    command.type = wish.type ?? (isHedge ? OrderType.LIMIT : OrderType.LIMIT_MAKER);
    command.timeInForce = wish.timeInForce ?? (isHedge ? TimeInForce.IOC : TimeInForce.GTC);
    this.view.states.set(command.clientOrderId, 0);
    this.view.placedKeys.set(command.clientOrderId, command.instrument * 2 + command.side);
    this.view.openLots.set(command.clientOrderId, command.quantityLots);
    this.send(command, wish.cause, wish.durable, wish.epoch);
    return command.clientOrderId;
  }

  send(
    command: OrderCommand | RequestCommand,
    cause = this.sequence,
    durable = this.sequence,
    epoch = this.epoch,
  ): void {
    this.context.nowMicros = this.now;
    this.context.causeSequence = cause;
    this.context.durableSequence = durable;
    this.context.epoch = epoch;
    this.context.durableEpoch = this.durableEpoch;
    this.auditor.onCommand(command, this.context);
  }

  cancel(counter: number): OrderCommand {
    const clientOrderId = this.id(counter) as ClientOrderId;
    const wish = { kind: CommandKind.CANCEL_ORDER, instrument: SPOT, clientOrderId };
    const command = Object.assign(new OrderCommand(), wish);
    this.send(command);
    return command;
  }

  amend(counter: number, lots: number, instrument = SPOT, durable = this.sequence): void {
    const command = new OrderCommand();
    command.kind = CommandKind.AMEND_ORDER;
    command.instrument = brand(instrument);
    command.clientOrderId = this.id(counter) as ClientOrderId;
    command.quantityLots = brand(lots);
    this.send(command, this.sequence, durable);
  }

  report(
    counter: number,
    status: ReportStatus,
    changes: Partial<Record<keyof ExecutionReport, unknown>> = {},
  ): ExecutionReport {
    const report = new ExecutionReport();
    Object.assign(report, {
      status,
      channel: ReportChannel.USER_STREAM,
      instrument: SPOT,
      clientOrderId: counter === 0 ? 0 : this.id(counter),
      venueOrderIdHigh: 7,
      venueOrderIdLow: counter,
      quantityLots: 100,
      priceTicks: MID - 5,
      tradeId: NO_TRADE,
      venueTimeMicros: this.now,
      ...changes,
    });
    return report;
  }

  /** A report of a trade with the right commission. `filled`: cumulative after it. */
  trade(
    counter: number,
    tradeId: number,
    lots: number,
    filled: number,
    changes: Partial<Record<keyof ExecutionReport, unknown>> = {},
  ): ExecutionReport {
    const isPerp = changes.instrument === PERP;
    const side = changes.side ?? Side.BUY;
    const price = (changes.lastPriceTicks as number | undefined) ?? MID - 5;
    const total = (changes.quantityLots as number | undefined) ?? 100;
    const value = price * lots * 1_000;
    const rate = isPerp ? 50_000 : 100_000;
    const isBase = !isPerp && side === Side.BUY;
    const paid = Math.floor(((isBase ? lots * WHOLE : value) * rate) / WHOLE);
    const inQuote = isPerp ? CommissionAsset.MARGIN : CommissionAsset.QUOTE;
    return this.report(
      counter,
      filled === total ? ReportStatus.FILLED : ReportStatus.PARTIALLY_FILLED,
      {
        lastQuantityLots: lots,
        lastPriceTicks: price,
        filledLots: filled,
        tradeId,
        isMaker: !isPerp,
        commissionUnits: paid,
        commissionAsset: isBase ? CommissionAsset.BASE : inQuote,
        ...changes,
      },
    );
  }

  /** The venue sends it and the process is given it; the view takes the state. */
  tell(report: ExecutionReport, change: (view: StagedView) => void = () => undefined): void {
    this.auditor.onVenueTruth(report, this.now);
    this.apply(report, (view) => {
      const state = STATE_AFTER[report.status];
      if (state !== undefined && report.clientOrderId > 0) {
        view.states.set(report.clientOrderId, state);
      }
      change(view);
    });
  }

  accept(counter: number, changes: Partial<Record<keyof ExecutionReport, unknown>> = {}): void {
    this.tell(
      this.report(counter, ReportStatus.ACCEPTED, { channel: ReportChannel.RESPONSE, ...changes }),
    );
  }

  /** A whole buy of 100 lots of spot: placed, accepted, filled, booked. */
  buy(counter: number, tradeId: number): ExecutionReport {
    this.place({ counter });
    this.accept(counter);
    const report = this.trade(counter, tradeId, 100, 100);
    this.tell(report, (view) => bookSpotBuy(view, report));
    return report;
  }

  balance(slot: BalanceEvent['slot'], total: number, venueTime = this.now): BalanceEvent {
    const event = new BalanceEvent();
    event.slot = slot;
    event.freeUnits = brand(total);
    event.venueTimeMicros = venueTime as EpochMicros;
    return event;
  }

  position(lots: number): PerpPositionEvent {
    const event = new PerpPositionEvent();
    event.instrument = brand(PERP);
    event.positionLots = brand(lots);
    event.venueTimeMicros = this.now as EpochMicros;
    return event;
  }

  listed(instrument = SPOT): void {
    const fields = { instrument, query: 1, venueTimeMicros: this.now };
    this.apply(Object.assign(new QueryCompletedEvent(), fields));
  }

  alert(code: AlertCommand['code']): void {
    this.auditor.onAlert(Object.assign(new AlertCommand(), { code }), this.now);
  }

  incident(kind: VenueIncident['kind'], changes: Partial<VenueIncident> = {}): void {
    const at = { nowMicros: this.now, venueTimeMicros: this.now };
    this.auditor.onVenueIncident(Object.assign(new VenueIncident(), at, changes, { kind }));
  }

  /** Crash, recovery up to a sequence, and the next life. `change`: what it remembers otherwise. */
  restart(recovered = this.sequence, change: (view: StagedView) => unknown = () => null): void {
    this.auditor.onCrashed(this.now);
    this.auditor.onRecovered({
      appendedSequence: this.sequence,
      durableSequence: Math.min(recovered, this.sequence),
      isDamaged: false,
      recoveredSequence: recovered,
      recoveredHash: 0,
    });
    for (const [trade, sequence] of this.booked) {
      if (sequence <= recovered) continue;
      this.booked.delete(trade);
      this.view.bookedFillCount -= 1;
    }
    change(this.view);
    this.sequence = recovered;
    this.epoch += 1;
    this.auditor.onStarted(this.epoch, false, this.now);
    this.lease();
  }
}
