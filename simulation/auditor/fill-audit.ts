/**
 * 5, beyond the holdings: the report of a trade books it once, and moves quote, fee asset and margin
 * wallet by what the venue took for it.
 */
import { BALANCE_SLOT_COUNT, BalanceSlot } from '#contracts/order.ts';
import type { OwnTrade } from './account-books.ts';
import type { EngineView } from './auditor-inputs.ts';
import type { Findings } from './findings.ts';

/** Two ways of rounding one value. */
const ROUNDING_UNITS = 1;

/** Hot: every report of a trade. No allocation while nothing is wrong. */
export class FillAudit {
  private readonly findings: Findings;
  private readonly perpetualInstrument: number;
  private bookedCount = 0;
  private readonly before = new Float64Array(BALANCE_SLOT_COUNT);
  private readonly after = new Float64Array(BALANCE_SLOT_COUNT);
  /** Venue time of the newest statement of a slot that was taken in this life, and of any ever given. */
  private readonly takenMicros = new Float64Array(BALANCE_SLOT_COUNT);
  private readonly givenMicros = new Float64Array(BALANCE_SLOT_COUNT);
  /** Venue time of the newest trade told in this life that moves a slot; the last one: the position. */
  private readonly tradedMicros = new Float64Array(BALANCE_SLOT_COUNT + 1);
  /** The session was told of a slot. */
  private readonly isStated = new Uint8Array(BALANCE_SLOT_COUNT);

  constructor(perpetualInstrument: number, findings: Findings) {
    this.perpetualInstrument = perpetualInstrument;
    this.findings = findings;
    this.givenMicros.fill(Number.NEGATIVE_INFINITY);
    this.onStarted(true);
  }

  /** A life begins: what it remembers of statements is not known. `isFresh`: it remembers nothing. */
  onStarted(isFresh: boolean): void {
    if (isFresh) this.isStated.fill(0);
    this.takenMicros.fill(Number.NEGATIVE_INFINITY);
    this.tradedMicros.fill(Number.NEGATIVE_INFINITY);
  }

  /** What a slot holds after an event. */
  slotUnits(slot: number): number {
    return this.after[slot] as number;
  }

  /** What it held after the event before. */
  unitsBefore(slot: number): number {
    return this.before[slot] as number;
  }

  /** After each private event. */
  read(view: EngineView): void {
    for (let slot = 0; slot < BALANCE_SLOT_COUNT; slot++) {
      this.before[slot] = this.after[slot] as number;
      this.after[slot] = view.slotTotalUnits(slot);
    }
  }

  /** First event of a life: whatever was booked is where counting begins. */
  begin(view: EngineView): void {
    this.read(view);
    this.bookedCount = view.bookedFillCount;
  }

  /** Returns false for the first statement of a session: it corrects nothing. */
  noteStatement(slot: number, venueTimeMicros: number, isTaken: boolean): boolean {
    const wasStated = this.isStated[slot] === 1;
    this.isStated[slot] = 1;
    if (venueTimeMicros > (this.givenMicros[slot] as number)) {
      this.givenMicros[slot] = venueTimeMicros;
    }
    if (isTaken && venueTimeMicros > (this.takenMicros[slot] as number)) {
      this.takenMicros[slot] = venueTimeMicros;
    }
    return wasStated;
  }

  /** No trade was told: none is booked. */
  expectNone(view: EngineView): void {
    this.expectBooked(view, 0, 'no trade was told', 0);
  }

  /** A statement of that venue time must not undo a trade that is dated later and was told. */
  isOlderThanTrades(slot: number, venueTimeMicros: number): boolean {
    return venueTimeMicros < (this.tradedMicros[slot] as number);
  }

  /** The report of a trade was handled. `isNew`: this life had not booked it. Slots were read. */
  check(trade: OwnTrade, isNew: boolean, view: EngineView): void {
    const what = isNew ? 'it is new' : 'it was booked before';
    this.expectBooked(view, isNew ? 1 : 0, what, trade.clientOrderId);
    this.noteTrade(trade);
    this.checkSlot(trade, BalanceSlot.SPOT_QUOTE, isNew ? trade.quoteUnits : 0);
    this.checkSlot(trade, BalanceSlot.SPOT_FEE_ASSET, isNew ? trade.feeAssetUnits : 0);
    if (trade.instrument === this.perpetualInstrument) this.checkMargin(trade, isNew, view);
  }

  private noteTrade(trade: OwnTrade): void {
    const isPerpetual = trade.instrument === this.perpetualInstrument;
    const moved = isPerpetual
      ? [BalanceSlot.PERP_MARGIN, BALANCE_SLOT_COUNT]
      : [BalanceSlot.SPOT_BASE, BalanceSlot.SPOT_QUOTE];
    for (const slot of moved) {
      const newest = this.tradedMicros[slot] as number;
      this.tradedMicros[slot] = Math.max(newest, trade.venueTimeMicros);
    }
  }

  private expectBooked(view: EngineView, expected: number, what: string, id: number): void {
    const count = view.bookedFillCount - this.bookedCount;
    this.bookedCount = view.bookedFillCount;
    this.findings.count(5);
    if (count === expected) return;
    this.findings.violate(
      5,
      `${count} trades were booked where ${expected} should be: ${what}`,
      id,
    );
  }

  /** What a trade realises depends on the entry price, which rounds: only what opens is known to the unit. */
  private checkMargin(trade: OwnTrade, isNew: boolean, view: EngineView): void {
    const before = view.perpBaseUnits - trade.moveUnits;
    const isOpening = before === 0 || before > 0 === trade.moveUnits > 0;
    if (!isNew || !isOpening) return;
    this.checkSlot(trade, BalanceSlot.PERP_MARGIN, 0 - trade.marginFeeUnits);
  }

  /**
   * A later statement holds the trade already; one of the same time may. A slot that was never stated may
   * not have been opened yet.
   */
  private checkSlot(trade: OwnTrade, slot: number, expected: number): void {
    const move = (this.after[slot] as number) - (this.before[slot] as number);
    const { venueTimeMicros } = trade;
    const mayBeHeld =
      this.isStated[slot] === 0 || venueTimeMicros <= (this.givenMicros[slot] as number);
    if (move === 0 && mayBeHeld) return;
    const isHeld = venueTimeMicros < (this.takenMicros[slot] as number);
    if (Math.abs(move - (isHeld ? 0 : expected)) <= ROUNDING_UNITS) return;
    this.findings.violate(
      5,
      `trade ${trade.tradeId} moved slot ${slot} by ${move} units, not by ${isHeld ? 0 : expected}`,
      trade.clientOrderId,
    );
  }
}
