/**
 * The life of each sent order, twice: as the venue tells it (1, 2, 36), and as the process was told and
 * execution shows it (26, 27).
 */
import { AlertCode } from '#contracts/commands.ts';
import { AccountQuery, type QueryCompletedEvent } from '#contracts/events.ts';
import {
  type ExecutionReport,
  NO_TRADE,
  ReportChannel,
  ReportStatus,
} from '#contracts/execution-report.ts';
import { OrderState, ReportReason } from '#contracts/order.ts';
import type { OwnTrade } from './account-books.ts';
import { type AlertAudit, codeBit } from './alert-audit.ts';
import { type AuditBounds, type EngineView, NO_ORDER_STATE } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';
import type { SentOrder, SentOrders } from './sent-orders.ts';
import { CleanClock, INSTRUMENTS_MAX, type Situation } from './situation.ts';
import { ToldAudit } from './told-audit.ts';

const FIRST_END = OrderState.FILLED;
const NOT_FOUND_MIN = 2;
/** The engine counts from its decision, the auditor from when the order left: a gate may stand between. */
const PROOF_SLACK_MICROS = 1_000_000;
const ANOMALIES = codeBit(AlertCode.LATE_FILL);
const FOREIGN = codeBit(AlertCode.FOREIGN_ORDER);
const UNKNOWN_TOO_LONG = codeBit(AlertCode.UNKNOWN_ORDER) | codeBit(AlertCode.KILL);

/** True for one line of a trade list: it says nothing of the order as a whole. */
function isListedTrade(report: Readonly<ExecutionReport>): boolean {
  return (
    report.channel === ReportChannel.QUERY &&
    report.tradeId !== NO_TRADE &&
    report.quantityLots === 0
  );
}

function isEnd(status: number): boolean {
  return (
    status === ReportStatus.FILLED ||
    status === ReportStatus.CANCELED ||
    status === ReportStatus.EXPIRED ||
    status === ReportStatus.EXPIRED_IN_MATCH
  );
}

/** What the venue's word says of the order itself, refusals of requests and lost answers apart. */
function isAboutOrder(status: number): boolean {
  return (
    isEnd(status) ||
    status === ReportStatus.ACCEPTED ||
    status === ReportStatus.PARTIALLY_FILLED ||
    status === ReportStatus.AMENDED
  );
}

/** Hot: every report, and one look at one order each applied event. No allocation. */
export class OrderLife {
  private readonly bounds: AuditBounds;
  private readonly findings: Findings;
  private readonly situation: Situation;
  private readonly orders: SentOrders;
  private readonly alerts: AlertAudit;
  private readonly told: ToldAudit;
  private readonly lists = new Float64Array(INSTRUMENTS_MAX).fill(1);
  /** Own order list of this life was answered, per instrument. */
  private readonly listed = new Uint8Array(INSTRUMENTS_MAX);
  /** Lots of other people's orders that have not traded. */
  private readonly foreignLots = new Float64Array(INSTRUMENTS_MAX);
  private nextLook = 0;
  private stateBefore = NO_ORDER_STATE;
  private isLateFill = false;
  private isForeignNews = false;

  constructor(options: {
    readonly bounds: AuditBounds;
    readonly findings: Findings;
    readonly situation: Situation;
    readonly orders: SentOrders;
    readonly alerts: AlertAudit;
  }) {
    this.bounds = options.bounds;
    this.findings = options.findings;
    this.situation = options.situation;
    this.orders = options.orders;
    this.alerts = options.alerts;
    this.told = new ToldAudit(options.findings);
  }

  /** The open orders of the instrument were told completely in this life. */
  hasListed(instrument: number): boolean {
    return this.listed[instrument] === 1;
  }

  /** A life begins. What it remembers is seen at its first applied event: `adopt`. */
  onStarted(): void {
    this.listed.fill(0);
    this.orders.forgetUntold();
    for (const order of this.orders.live) {
      order.doubtedRunningMicros = 0;
      order.isMine = false;
      order.isOutgoing = false;
      order.engineState = NO_ORDER_STATE;
    }
  }

  /** First applied event of a life: the orders of its recovered state are its own. */
  adopt(view: EngineView): void {
    for (const order of this.orders.live) {
      const state = view.orderStateOf(order.id);
      order.engineState = state;
      order.engineLife = this.situation.lifeCount;
      order.isMine = state !== NO_ORDER_STATE && state < FIRST_END;
    }
  }

  /** As the venue sent it. `trade`: the trade it told for the first time, or null. */
  onTruth(report: Readonly<ExecutionReport>, trade: OwnTrade | null): void {
    const id = report.clientOrderId;
    if (id <= 0) {
      if (trade !== null) this.onForeignTrade(report);
      return;
    }
    this.findings.count(36);
    const order = this.orders.find(id);
    if (order === null) {
      // Questions and cancels of an order that a crash kept from leaving are answered, too.
      if (isAboutOrder(report.status) && !this.orders.isUsed(id)) {
        this.findings.violate(
          36,
          `the venue speaks of an order nobody sent: status ${report.status}`,
          id,
        );
      }
      return;
    }
    if (trade !== null) order.tradedLots += report.lastQuantityLots;
    if (isListedTrade(report) || report.channel === ReportChannel.LOCAL) return;
    if (isAboutOrder(report.status)) this.onVenueWord(order, report);
    else if (report.status === ReportStatus.REJECTED) this.onVenueRefusal(order, report);
  }

  /** Somebody else placed an order of so many lots on the account. */
  onForeignOrder(instrument: number, lots: number): void {
    this.foreignLots[instrument] = (this.foreignLots[instrument] as number) + lots;
  }

  /** The process tells people of an order whose fate it does not know. */
  onUnknownAlarmed(clientOrderId: number): void {
    const order = this.orders.find(clientOrderId);
    if (order !== null) order.isAlarmed = true;
  }

  /** As the process is given it. */
  onDelivered(report: Readonly<ExecutionReport>, trade: OwnTrade | null): void {
    this.stateBefore = NO_ORDER_STATE;
    this.isLateFill = false;
    this.isForeignNews = false;
    if (report.clientOrderId <= 0) {
      this.onForeignDelivered(report, trade);
      return;
    }
    const order = this.orders.find(report.clientOrderId);
    if (order === null) return;
    // What an older life showed of it the living one may never have known.
    const isOfThisLife = order.engineLife === this.situation.lifeCount;
    this.stateBefore = isOfThisLife ? order.engineState : NO_ORDER_STATE;
    const isNewTrade = trade !== null && !trade.isDelivered;
    if (trade !== null) trade.isDelivered = true;
    if (isNewTrade) order.knownTradedLots += report.lastQuantityLots;
    this.orders.noteTold(order);
    if (report.status !== ReportStatus.UNKNOWN) order.isAnswered = true;
    if (isListedTrade(report)) {
      this.isLateFill = isNewTrade && order.isKnownEnded;
      // Trades that make up the whole order end it, whoever told them.
      if (order.knownTradedLots >= order.totalLots) this.concludeEnd(order);
      return;
    }
    // The refusal of a cancel says how much was filled as well.
    order.knownFilledLots = Math.max(order.knownFilledLots, report.filledLots);
    this.orders.noteTold(order);
    if (!isAboutOrder(report.status)) {
      // A refused request is answered with the order as it stands.
      order.knownFilledLots = Math.max(order.knownFilledLots, report.filledLots);
      if (report.status === ReportStatus.REJECTED) this.onToldRefusal(order, report);
      return;
    }
    this.isLateFill =
      isNewTrade && order.isKnownEnded && report.filledLots > order.knownEndFilledLots;
    this.onToldWord(order, report);
  }

  /** A trade without an id of ours: the venue takes over, or somebody else had an order. */
  private onForeignTrade({
    instrument,
    lastQuantityLots,
    reason,
  }: Readonly<ExecutionReport>): void {
    this.findings.count(36);
    if (reason === ReportReason.LIQUIDATION) return;
    const left = (this.foreignLots[instrument] as number) - lastQuantityLots;
    this.foreignLots[instrument] = left;
    if (left >= 0) return;
    this.findings.violate(
      36,
      `${lastQuantityLots} lots traded without an id of ours, ${-left} of them of nobody's order`,
    );
  }

  private onForeignDelivered(report: Readonly<ExecutionReport>, trade: OwnTrade | null): void {
    if (report.reason !== ReportReason.LIQUIDATION) {
      this.isForeignNews = trade === null ? isForeignOpening(report) : !trade.isDelivered;
    }
    if (trade !== null) trade.isDelivered = true;
  }

  /** After the process handled a report. */
  onApplied(report: Readonly<ExecutionReport>, view: EngineView): void {
    const id = report.clientOrderId;
    if (id <= 0) {
      if (this.isForeignNews)
        this.alerts.expect(FOREIGN, 'an order of somebody else on the account', 0, true);
      return;
    }
    const order = this.orders.find(id);
    if (order === null) return;
    this.look(order, view);
    const isWord = isAboutOrder(report.status) && !isListedTrade(report);
    if (isWord) this.told.check(order, report, isEnd(report.status), view);
    if (!this.isLateFill) return;
    // What execution had already forgotten it cannot know for late.
    if (this.stateBefore < FIRST_END) this.findings.excuse(31);
    else this.alerts.expect(ANOMALIES, 'a fill after the end of its order', id, true);
  }

  /** All that the process asked for was told. */
  onQueryCompleted(event: Readonly<QueryCompletedEvent>): void {
    if (event.query !== AccountQuery.OPEN_ORDERS) return;
    const { instrument } = event;
    const list = this.lists[instrument] as number;
    this.lists[instrument] = list + 1;
    this.listed[instrument] = 1;
    const { live } = this.orders;
    for (let index = live.length - 1; index >= 0; index--) {
      const order = live[index] as SentOrder;
      if (order.instrument !== instrument || order.listedIn === list) continue;
      const age = this.situation.nowMicros - order.sentAtMicros;
      // Not in the list and over at the venue, or never arrived in all the time it had: it may be written off.
      const mayBeGone =
        order.isVenueEnded ||
        (!order.isHeard && age >= this.bounds.proofMicros - PROOF_SLACK_MICROS);
      if (mayBeGone && order.sentAtMicros < event.venueTimeMicros) this.concludeEnd(order);
    }
  }

  /** Each applied event: the next order that may live must be held for live. */
  lookAtNext(view: EngineView): void {
    const { live } = this.orders;
    if (live.length === 0) return;
    this.nextLook = (this.nextLook + 1) % live.length;
    const order = live[this.nextLook] as SentOrder;
    if (!order.isMine || order.causeSequence > this.situation.sequence) return;
    this.findings.count(27);
    const state = view.orderStateOf(order.id);
    const isGone = state === NO_ORDER_STATE || state >= FIRST_END;
    if (isGone && !order.isReported) {
      order.isReported = true;
      this.findings.violate(
        27,
        `an order that may live is state ${state} for execution; answered ${order.isAnswered}, ` +
          `not found ${order.notFoundCount} times, sent ${this.situation.nowMicros - order.sentAtMicros} microseconds ago`,
        order.id,
      );
    }
    this.watchAnswer(order);
    this.watchDoubt(order, state);
  }

  /** A question about an order leaves. */
  onAsked(clientOrderId: number): void {
    const order = this.orders.find(clientOrderId);
    if (order !== null) order.doubtedRunningMicros = this.running;
  }

  private get running(): number {
    return this.situation.allMicros(CleanClock.RUNNING);
  }

  /** What is unknown is asked after again and again, but not while the venue forbids it. */
  private watchDoubt(order: SentOrder, state: number): void {
    const isDoubted = state === OrderState.UNKNOWN;
    if (!isDoubted || order.doubtedRunningMicros === 0 || this.situation.isBanned) {
      order.doubtedRunningMicros = isDoubted ? this.running : 0;
      return;
    }
    const waited = this.running - order.doubtedRunningMicros;
    if (waited <= this.bounds.unknownAskMicros) return;
    order.doubtedRunningMicros = this.running;
    this.findings.violate(27, `unknown, and not asked after for ${waited} microseconds`, order.id);
  }

  private watchAnswer(order: SentOrder): void {
    if (order.isAnswered || order.isReported) return;
    const age = this.running - order.sentRunningMicros;
    if (age < this.bounds.unknownOrderMicros) return;
    order.isReported = true;
    this.findings.count(31);
    if (order.isAlarmed) return;
    this.alerts.expect(UNKNOWN_TOO_LONG, `no answer for ${age} microseconds`, order.id, true);
  }

  private onVenueWord(order: SentOrder, report: Readonly<ExecutionReport>): void {
    this.checkOneOrder(order, report);
    this.checkQuantities(order, report);
    order.isHeard = true;
    order.totalLots = report.quantityLots;
    if (isEnd(report.status)) this.orders.endAtVenue(order);
    else if (!order.isVenueEnded) this.orders.enterVenue(order);
  }

  private checkOneOrder(order: SentOrder, report: Readonly<ExecutionReport>): void {
    const { venueOrderIdHigh: high, venueOrderIdLow: low } = report;
    if (high === 0 && low === 0) return;
    this.findings.count(2);
    const isSame = order.venueIdHigh === high && order.venueIdLow === low;
    if ((order.venueIdHigh !== 0 || order.venueIdLow !== 0) && !isSame) {
      this.findings.violate(
        2,
        `the venue accepted it twice: ${order.venueIdLow} and ${low}`,
        order.id,
      );
    }
    order.venueIdHigh = high;
    order.venueIdLow = low;
  }

  private checkQuantities(order: SentOrder, report: Readonly<ExecutionReport>): void {
    const { quantityLots: total, filledLots: filled, status } = report;
    this.findings.count(1);
    const isFull = status === ReportStatus.FILLED && filled !== total;
    const isNone = status === ReportStatus.ACCEPTED && filled !== 0;
    const isWrong =
      filled > total ||
      filled < order.venueFilledLots ||
      filled !== order.tradedLots ||
      total > order.totalLots ||
      isFull ||
      isNone;
    order.venueFilledLots = Math.max(order.venueFilledLots, filled);
    if (!isWrong) return;
    this.findings.violate(
      1,
      `status ${status}: total ${total} (was ${order.totalLots}), filled ${filled} (was ${order.venueFilledLots}), sum of trades ${order.tradedLots}`,
      order.id,
    );
  }

  /** A request that made no order; of an order that stands it says nothing. */
  private onVenueRefusal(order: SentOrder, report: Readonly<ExecutionReport>): void {
    if (order.isHeard || report.channel === ReportChannel.QUERY) return;
    this.orders.endAtVenue(order);
  }

  private onToldWord(order: SentOrder, report: Readonly<ExecutionReport>): void {
    order.isKnownAccepted = true;
    order.knownTotalLots = Math.min(order.knownTotalLots, report.quantityLots);
    if (report.status === ReportStatus.AMENDED && report.reason === ReportReason.NONE) {
      order.amendedCount += 1;
    }
    if (report.channel === ReportChannel.QUERY && !isEnd(report.status)) {
      order.listedIn = this.lists[order.instrument] as number;
    }
    if (!isEnd(report.status)) return;
    order.knownEndFilledLots = Math.max(order.knownEndFilledLots, report.filledLots);
    this.concludeEnd(order);
  }

  private onToldRefusal(order: SentOrder, report: Readonly<ExecutionReport>): void {
    const isNotFound =
      report.channel === ReportChannel.QUERY && report.reason === ReportReason.UNKNOWN_ORDER;
    if (!isNotFound) {
      // What was accepted cannot be refused: the refusal answers a later request.
      if (!order.isKnownAccepted) this.concludeEnd(order);
      return;
    }
    order.notFoundCount += 1;
    const age = this.situation.nowMicros - order.sentAtMicros;
    const isOld = age >= this.bounds.proofMicros - PROOF_SLACK_MICROS;
    if (order.notFoundCount >= NOT_FOUND_MIN && isOld) {
      this.concludeEnd(order);
    }
  }

  private concludeEnd(order: SentOrder): void {
    this.orders.endKnown(order, this.situation.nowMicros);
  }

  private look(order: SentOrder, view: EngineView): void {
    const state = view.orderStateOf(order.id);
    const { lifeCount } = this.situation;
    const before = order.engineLife === lifeCount ? order.engineState : NO_ORDER_STATE;
    order.engineState = state;
    order.engineLife = lifeCount;
    this.findings.count(26);
    if (isLegal(before, state)) return;
    this.findings.violate(26, `execution went from state ${before} to ${state}`, order.id);
  }
}

/** Somebody else's order begins, as the stream tells it. Lists repeat what is known. */
function isForeignOpening(report: Readonly<ExecutionReport>): boolean {
  return report.status === ReportStatus.ACCEPTED && report.channel !== ReportChannel.QUERY;
}

/** Seen from outside, with any number of steps between two looks. */
function isLegal(before: number, after: number): boolean {
  if (before === after || before === NO_ORDER_STATE || after === NO_ORDER_STATE) return true;
  if (before >= FIRST_END) return false;
  if (after === OrderState.PENDING_NEW) return false;
  const wasAccepted = before === OrderState.NEW || before === OrderState.PARTIALLY_FILLED;
  if (wasAccepted && after === OrderState.REJECTED) return false;
  return !(before === OrderState.PARTIALLY_FILLED && after === OrderState.NEW);
}
