/**
 * 5: each applied event moves the engine's holdings by exactly what it says: a trade once, a statement
 * to its number, anything else not at all.
 */
import { AlertCode } from '#contracts/commands.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { BalanceEvent, EngineEvent, PerpPositionEvent } from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import { Market } from '#contracts/instrument.ts';
import { BALANCE_SLOT_COUNT, BalanceSlot } from '#contracts/order.ts';
import type { AccountBooks, OwnTrade } from './account-books.ts';
import { type AlertAudit, codeBit } from './alert-audit.ts';
import { WHOLE } from './amounts.ts';
import type { EngineView } from './auditor-inputs.ts';
import { FillAudit } from './fill-audit.ts';
import type { Findings } from './findings.ts';
import type { Situation } from './situation.ts';

/** A correction soon after a start or a broken stream needs no alert: it is what reconciling is for. */
const QUIET_AFTER_MICROS = 60_000_000;
const MISMATCHES =
  codeBit(AlertCode.BALANCE_MISMATCH) |
  codeBit(AlertCode.POSITION_MISMATCH) |
  codeBit(AlertCode.FOREIGN_ORDER);

/** Hot: every applied event; two reads and two comparisons while nothing moves. */
export class EngineBooks {
  private readonly findings: Findings;
  private readonly situation: Situation;
  private readonly account: AccountBooks;
  private readonly alerts: AlertAudit;
  private readonly perpetualUnitsPerLot: number;
  private readonly spotInstrument: number;
  private readonly perpetualInstrument: number;
  /** Base units per holding (0 spot, 1 perpetual) after the last applied event. */
  private readonly held = new Float64Array(2);
  private readonly fills: FillAudit;
  private isFirst = true;
  private walletRoundingUnits = 0;
  private wasReconciled = false;
  /** Venue time of the newest statement taken in this life, and of any ever given. */
  private readonly takenMicros = new Float64Array(2).fill(Number.NEGATIVE_INFINITY);
  private readonly givenMicros = new Float64Array(2).fill(Number.NEGATIVE_INFINITY);

  constructor(account: AccountBooks, alerts: AlertAudit, situation: Situation, findings: Findings) {
    this.account = account;
    this.alerts = alerts;
    this.situation = situation;
    this.findings = findings;
    const first = account.instrument(0);
    const second = account.instrument(1);
    this.spotInstrument = first?.market === Market.SPOT ? 0 : 1;
    this.perpetualInstrument = 1 - this.spotInstrument;
    const perpetual = this.perpetualInstrument === 0 ? first : second;
    this.perpetualUnitsPerLot = perpetual?.baseUnitsPerLot ?? 0;
    this.fills = new FillAudit(this.perpetualInstrument, findings);
  }

  /** `isFresh`: the life remembers nothing of the ones before. */
  onStarted(isFresh: boolean): void {
    this.isFirst = true;
    this.wasReconciled = false;
    this.takenMicros.fill(Number.NEGATIVE_INFINITY);
    this.fills.onStarted(isFresh);
  }

  onApplied(event: Readonly<EngineEvent>, view: EngineView): void {
    const spot = view.spotBaseUnits;
    const perpetual = view.perpBaseUnits;
    const spotMove = spot - (this.held[0] as number);
    const perpetualMove = perpetual - (this.held[1] as number);
    this.held[0] = spot;
    this.held[1] = perpetual;
    if (this.isFirst) {
      this.isFirst = false;
      this.fills.begin(view);
      return;
    }
    switch (event.kind) {
      case EventKind.EXECUTION_REPORT:
        this.onReport(event, spotMove, perpetualMove, view);
        break;
      case EventKind.BALANCE:
        this.onBalance(event, spotMove, perpetualMove, view);
        break;
      case EventKind.PERP_POSITION:
        this.onPosition(event, spotMove, perpetualMove);
        break;
      // The answer is complete: corrections that waited for it may be taken now.
      case EventKind.QUERY_COMPLETED:
        this.fills.read(view);
        break;
      case EventKind.FUNDING_PAYMENT:
        this.fills.read(view);
        this.expectStill(spotMove, perpetualMove, event.kind);
        break;
      default:
        this.expectStill(spotMove, perpetualMove, event.kind);
    }
    if (view.isReconciled) this.wasReconciled = true;
    this.settleForeign(spot, perpetual);
  }

  private onReport(
    report: Readonly<ExecutionReport>,
    spotMove: number,
    perpetualMove: number,
    view: EngineView,
  ): void {
    this.fills.read(view);
    if (!(report.lastQuantityLots > 0) || report.tradeId < 0) {
      this.expectStill(spotMove, perpetualMove, report.kind);
      this.fills.expectNone(view);
      return;
    }
    this.findings.count(5);
    const isSpot = report.instrument === this.spotInstrument;
    if (!isSpot) this.noteWalletRounding(report.lastQuantityLots);
    const move = isSpot ? spotMove : perpetualMove;
    const other = isSpot ? perpetualMove : spotMove;
    const trade = this.account.trade(report.instrument, report.tradeId);
    if (trade === null) {
      this.findings.violate(
        5,
        `the process was told of trade ${report.tradeId}, which the venue never sent`,
        report.clientOrderId,
      );
      return;
    }
    const problem = this.tradeProblem(trade, isSpot ? 0 : 1, move);
    this.fills.check(trade, trade.bookedSequence === 0, view);
    // The first time counts: what repeats it may be lost in a crash, and it stays booked.
    if (trade.bookedSequence === 0) trade.bookedSequence = this.situation.sequence;
    if (problem !== null || other !== 0) {
      this.findings.violate(
        5,
        `trade ${trade.tradeId} of ${trade.moveUnits} base units moved the holding by ${move} and the other by ${other}: ${problem ?? 'the other must stand'}`,
        report.clientOrderId,
      );
    }
  }

  /** What is wrong with the move that a trade's report caused, or null. */
  private tradeProblem(trade: OwnTrade, holding: number, move: number): string | null {
    if (trade.bookedSequence > 0) return move === 0 ? null : 'it was booked before';
    // A statement dated later was taken: the trade is in it.
    if (trade.venueTimeMicros < (this.takenMicros[holding] as number)) {
      return move === 0 ? null : 'a later statement held it already';
    }
    if (move === trade.moveUnits) return null;
    const mayBeHeld = trade.venueTimeMicros <= (this.givenMicros[holding] as number);
    if (move === 0 && mayBeHeld) return null;
    return 'it must move it once';
  }

  private onBalance(
    event: Readonly<BalanceEvent>,
    spotMove: number,
    perpetualMove: number,
    view: EngineView,
  ): void {
    const { slot } = event;
    this.fills.read(view);
    const before = this.fills.unitsBefore(slot);
    const after = this.fills.slotUnits(slot);
    const isMargin = slot === BalanceSlot.PERP_MARGIN;
    const stated = isMargin ? event.freeUnits : event.freeUnits + event.lockedUnits;
    this.findings.count(5);
    if (after !== before && after !== stated) {
      this.findings.violate(
        5,
        `slot ${slot} went from ${before} to ${after} on a statement of ${stated}`,
      );
    }
    if (after !== before) this.expectYoung(slot, event.venueTimeMicros, after - before);
    if (slot !== BalanceSlot.SPOT_BASE) this.expectStill(spotMove, perpetualMove, event.kind);
    else this.noteStatement(0, event.venueTimeMicros, after === stated);
    const isNews = this.fills.noteStatement(slot, event.venueTimeMicros, after === stated);
    if (after !== before && isNews) this.expectMismatch(slot, after - before);
    if (isMargin) this.walletRoundingUnits = 0;
  }

  private onPosition(
    event: Readonly<PerpPositionEvent>,
    spotMove: number,
    perpetualMove: number,
  ): void {
    const stated = event.positionLots * this.perpetualUnitsPerLot;
    const after = this.held[1] as number;
    this.findings.count(5);
    if ((perpetualMove !== 0 && after !== stated) || spotMove !== 0) {
      this.findings.violate(
        5,
        `a position statement of ${stated} base units moved the perpetual by ${perpetualMove} to ${after} and spot by ${spotMove}`,
      );
    }
    if (perpetualMove !== 0) {
      this.expectYoung(BALANCE_SLOT_COUNT, event.venueTimeMicros, perpetualMove);
    }
    this.noteStatement(1, event.venueTimeMicros, after === stated);
    if (perpetualMove !== 0) this.expectMismatch(BALANCE_SLOT_COUNT, perpetualMove);
  }

  private noteStatement(holding: number, venueTimeMicros: number, isTaken: boolean): void {
    if (venueTimeMicros > (this.givenMicros[holding] as number)) {
      this.givenMicros[holding] = venueTimeMicros;
    }
    if (isTaken && venueTimeMicros > (this.takenMicros[holding] as number)) {
      this.takenMicros[holding] = venueTimeMicros;
    }
  }

  private expectYoung(slot: number, venueTimeMicros: number, move: number): void {
    if (!this.fills.isOlderThanTrades(slot, venueTimeMicros)) return;
    this.findings.violate(
      5,
      `a statement of slot ${slot} from before a trade that was booked moved it by ${move} units`,
    );
  }

  /** An entry rounded to 1e-8 leaves each realised part off by one unit per whole asset that was traded. */
  private noteWalletRounding(lots: number): void {
    this.walletRoundingUnits += Math.ceil((lots * this.perpetualUnitsPerLot) / WHOLE) + 1;
  }

  private expectStill(spotMove: number, perpetualMove: number, kind: number): void {
    if (spotMove === 0 && perpetualMove === 0) return;
    this.findings.violate(
      5,
      `an event of kind ${kind} moved spot by ${spotMove} and the perpetual by ${perpetualMove} base units`,
    );
  }

  /** A statement moved an amount: no report had explained it. */
  private expectMismatch(slot: number, units: number): void {
    const { situation } = this;
    if (!this.wasReconciled) return;
    const quietSince = situation.nowMicros - QUIET_AFTER_MICROS;
    const isRecent =
      (situation.lifeCount > 1 && situation.startedAtMicros > quietSince) ||
      (situation.privateBrokenMicros[0] as number) > quietSince ||
      (situation.privateBrokenMicros[1] as number) > quietSince;
    const isRounding =
      slot === BalanceSlot.PERP_MARGIN && Math.abs(units) <= Math.max(2, this.walletRoundingUnits);
    if (isRecent || isRounding) {
      this.findings.excuse(31);
      return;
    }
    this.alerts.expect(MISMATCHES, `slot ${slot} was corrected by ${units} units`, 0, true);
  }

  /** Once the engine holds what the account holds, nothing foreign is unknown to it. */
  private settleForeign(spot: number, perpetual: number): void {
    const { foreignUnits } = this.account;
    if (foreignUnits[this.spotInstrument] !== 0) {
      if (spot === this.account.heldUnits(this.spotInstrument)) {
        foreignUnits[this.spotInstrument] = 0;
      }
    }
    if (this.perpetualUnitsPerLot === 0 || foreignUnits[this.perpetualInstrument] === 0) return;
    if (perpetual === this.account.heldUnits(this.perpetualInstrument)) {
      foreignUnits[this.perpetualInstrument] = 0;
    }
  }
}
