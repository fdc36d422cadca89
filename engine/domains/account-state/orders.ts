import type { AccountStateConfiguration } from '#contracts/configuration/account-state-configuration.ts';
import {
  type ExecutionReport,
  isTradeRecord,
  ReportChannel,
  ReportStatus,
} from '#contracts/execution-report.ts';
import type { Side } from '#contracts/order.ts';
import type { OwnOrders } from '#contracts/ports.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import { EndedIds } from './ended-ids.ts';
import {
  isNotFound,
  lotsInBook,
  NEVER,
  OrderRow,
  readRow,
  setLeaves,
  writeRow,
} from './order-row.ts';

/** Live and recently ended orders remembered. The venue allows 200 open ones per symbol. */
export const ORDER_ROWS_MAX = 512;
/** Two instruments (quoted and hedge) with two sides each. */
const BOUND_KEYS = 4;
/** "Not found" must be said so often, and so long after the order was last seen, before it counts. */
const NOT_FOUND_COUNT_MIN = 2;
const NOT_FOUND_PROOF_MICROS = 12_000_000;
/** What a report did to our picture of an order. */
export const OrderChange = { NONE: 0, CHANGED: 1, LATE_FILL: 2, FILL_MISSING: 3 } as const;
export type OrderChange = (typeof OrderChange)[keyof typeof OrderChange];

/**
 * The venue's view of our orders, from its reports alone. Moves forward only: the cumulative fill
 * never falls, an ended order never comes back.
 *
 * Ended rows stay for a short while, because a book event that is older than the end still shows
 * the order.
 */
export class OrderTable implements OwnOrders {
  version = 0;
  private readonly configuration: AccountStateConfiguration;
  private readonly rows: OrderRow[] = [];
  private count = 0;
  private readonly ended = new EndedIds();
  /** Lowest and highest price of our rows per instrument and side; a cache for one version. */
  private readonly lowestTicks = new Float64Array(BOUND_KEYS);
  private readonly highestTicks = new Float64Array(BOUND_KEYS);
  private boundsVersion = -1;
  /** Row of the last answer of `nextUnlisted`; no state. */
  unlistedRow = 0;

  constructor(configuration: AccountStateConfiguration) {
    this.configuration = configuration;
    for (let index = 0; index < ORDER_ROWS_MAX; index++) this.rows.push(new OrderRow());
  }

  /** Orders remembered, ended ones included. */
  get rememberedCount(): number {
    return this.count;
  }

  /** Orders the venue holds open. */
  get openCount(): number {
    let open = 0;
    for (let index = 0; index < this.count; index++) {
      if ((this.rows[index] as OrderRow).endedAtMicros === NEVER) open += 1;
    }
    return open;
  }

  /**
   * Hot: no allocation. Nothing of ours in any book costs one comparison, a price outside our own
   * range four; inside it, at most one step per remembered order.
   */
  lotsAt(
    instrument: InstrumentIndex,
    side: Side,
    priceTicks: number,
    bookTimeMicros: number,
  ): number {
    if (this.count === 0) return 0;
    if (this.boundsVersion !== this.version) this.refreshBounds();
    const key = instrument * 2 + side;
    if (priceTicks < (this.lowestTicks[key] as number)) return 0;
    if (priceTicks > (this.highestTicks[key] as number)) return 0;
    let lots = 0;
    for (let index = 0; index < this.count; index++) {
      const row = this.rows[index] as OrderRow;
      if (row.priceTicks !== priceTicks || row.side !== side) continue;
      if (row.instrument === instrument) lots += lotsInBook(row, bookTimeMicros);
    }
    return lots;
  }

  /** Lots filled so far of a remembered order, or -1 when the order is not remembered. */
  filledLotsOf(clientOrderId: number): number {
    const row = this.find(clientOrderId);
    return row === null ? -1 : row.filledLots;
  }

  /** Lots that may still fill of an order that has not ended, or -1 for any other. */
  openLotsOf(clientOrderId: number): number {
    const row = this.find(clientOrderId);
    return row === null || row.endedAtMicros !== NEVER ? -1 : row.leavesLots;
  }

  /**
   * Applies one report. `isNewFill`: its trade was not counted before.
   *
   * Hot: no allocation. Throws when more orders are open than the venue can hold.
   */
  apply(report: Readonly<ExecutionReport>, isNewFill: boolean): OrderChange {
    if (isTradeRecord(report)) return this.onTradeRecord(report, isNewFill);
    if (report.channel === ReportChannel.QUERY) this.noteShown(report);
    switch (report.status) {
      case ReportStatus.ACCEPTED:
        return this.onAccepted(report);
      case ReportStatus.PARTIALLY_FILLED:
      case ReportStatus.FILLED:
        return this.onFill(report, isNewFill);
      case ReportStatus.AMENDED:
        return this.onAmended(report);
      case ReportStatus.CANCELED:
      case ReportStatus.EXPIRED:
      case ReportStatus.EXPIRED_IN_MATCH:
        return this.onEnded(report);
      case ReportStatus.REJECTED:
        return isNotFound(report) ? this.onNotFound(report) : OrderChange.NONE;
      case ReportStatus.UNKNOWN:
      case ReportStatus.CANCEL_REJECTED:
      case ReportStatus.AMEND_REJECTED:
        return OrderChange.NONE;
    }
  }

  /** True while the venue says of an order that it filled more than the trades we were told. */
  isFillMissing(instrument: number): boolean {
    for (let index = 0; index < this.count; index++) {
      const row = this.rows[index] as OrderRow;
      if (row.instrument === instrument && row.filledLots > row.tradedLots) return true;
    }
    return false;
  }

  /** Lots of one side that orders filled and of which no trade was told. */
  untoldLots(instrument: number, side: Side): number {
    let lots = 0;
    for (let index = 0; index < this.count; index++) {
      const row = this.rows[index] as OrderRow;
      if (row.instrument !== instrument || row.side !== side) continue;
      lots += Math.max(0, row.filledLots - row.tradedLots);
    }
    return lots;
  }

  /** The venue's list of trades was complete at `venueMicros`: what it lacks is not coming. */
  settleMissing(instrument: number, venueMicros: number): void {
    for (let index = 0; index < this.count; index++) {
      const row = this.rows[index] as OrderRow;
      if (row.instrument !== instrument || row.filledAtMicros > venueMicros) continue;
      if (row.filledLots > row.tradedLots) row.tradedLots = row.filledLots;
    }
  }

  /**
   * Id of an open order that a list of open orders asked for at `requestedMicros` should have shown and
   * did not, from row `from` on; 0 for none. `unlistedRow` then says where to go on.
   */
  nextUnlisted(instrument: number, requestedMicros: number, from: number): number {
    for (let index = from; index < this.count; index++) {
      const row = this.rows[index] as OrderRow;
      if (row.instrument !== instrument || row.endedAtMicros !== NEVER) continue;
      if (row.knownSinceMicros >= requestedMicros || row.shownAtMicros >= requestedMicros) continue;
      this.unlistedRow = index;
      return row.clientOrderId;
    }
    return 0;
  }

  /** Forgets orders that ended long enough ago. */
  forget(nowMicros: number): void {
    const keepSince = nowMicros - this.configuration.ownOrderMemoryMicros;
    for (let index = this.count - 1; index >= 0; index--) {
      const row = this.rows[index] as OrderRow;
      if (row.endedAtMicros === NEVER || row.endedStampMicros >= keepSince) continue;
      // What it filled and nobody told must not be forgotten with it.
      if (row.filledLots <= row.tradedLots) this.drop(index);
    }
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.version);
    writer.integer(this.count);
    for (let index = 0; index < this.count; index++) {
      writeRow(this.rows[index] as OrderRow, writer);
    }
    this.ended.writeState(writer);
  }

  readState(reader: StateReader): void {
    this.version = reader.integer();
    this.count = reader.integer();
    if (this.count > ORDER_ROWS_MAX) throw new RangeError('state holds more orders than fit');
    for (let index = 0; index < this.count; index++) readRow(this.rows[index] as OrderRow, reader);
    this.ended.readState(reader);
    this.boundsVersion = -1;
  }

  private refreshBounds(): void {
    this.lowestTicks.fill(Number.POSITIVE_INFINITY);
    this.highestTicks.fill(Number.NEGATIVE_INFINITY);
    for (let index = 0; index < this.count; index++) {
      const row = this.rows[index] as OrderRow;
      const key = row.instrument * 2 + row.side;
      if (row.priceTicks < (this.lowestTicks[key] as number)) {
        this.lowestTicks[key] = row.priceTicks;
      }
      if (row.priceTicks > (this.highestTicks[key] as number)) {
        this.highestTicks[key] = row.priceTicks;
      }
    }
    this.boundsVersion = this.version;
  }

  /** An answer shows the order alive as it was after the question was asked. */
  private noteShown(report: Readonly<ExecutionReport>): void {
    const row = this.find(report.clientOrderId);
    if (row === null || row.endedAtMicros !== NEVER) return;
    const isAlive =
      report.status === ReportStatus.ACCEPTED || report.status === ReportStatus.PARTIALLY_FILLED;
    if (!isAlive) return;
    row.notFoundCount = 0;
    if (report.requestedAtMicros > row.shownAtMicros) row.shownAtMicros = report.requestedAtMicros;
    // An amend of which we were not told.
    this.shrink(row, report);
  }

  private onAccepted(report: Readonly<ExecutionReport>): OrderChange {
    const known = this.find(report.clientOrderId);
    if (known !== null) {
      // A fill can overtake the acceptance: only the time of resting is still to be learnt.
      if (report.venueTimeMicros < known.restsSinceMicros) {
        known.restsSinceMicros = report.venueTimeMicros;
        this.version += 1;
      }
      return OrderChange.NONE;
    }
    if (this.ended.has(report.clientOrderId)) return OrderChange.NONE;
    this.add(report);
    return OrderChange.CHANGED;
  }

  private onFill(report: Readonly<ExecutionReport>, isNewFill: boolean): OrderChange {
    const known = this.find(report.clientOrderId);
    const late = isNewFill ? OrderChange.LATE_FILL : OrderChange.NONE;
    if (known === null && this.ended.has(report.clientOrderId)) return late;
    const row = known ?? this.addFilled(report, isNewFill);
    const isLate = row.endedAtMicros !== NEVER;
    const isForward = known === null || report.filledLots > row.filledLots;
    const isEnd = report.status === ReportStatus.FILLED && !isLate;
    if (isNewFill) row.tradedLots += report.lastQuantityLots;
    if (!isLate) this.shrink(row, report);
    if (isForward) this.raiseFilled(row, report);
    if (isEnd) this.end(row, report);
    if (!isForward && !isEnd) return isLate ? late : OrderChange.NONE;
    this.version += 1;
    return isForward ? changeOf(row, isLate) : OrderChange.CHANGED;
  }

  /** A line of the trade list says nothing of the order but that it filled so much at least. */
  private onTradeRecord(report: Readonly<ExecutionReport>, isNewFill: boolean): OrderChange {
    if (!isNewFill) return OrderChange.NONE;
    const row = this.find(report.clientOrderId);
    if (row === null) {
      return this.ended.has(report.clientOrderId) ? OrderChange.LATE_FILL : OrderChange.NONE;
    }
    const isLate = row.endedAtMicros !== NEVER;
    row.tradedLots += report.lastQuantityLots;
    if (row.tradedLots > row.filledLots) {
      row.filledLots = Math.min(row.tradedLots, row.totalLots);
      setLeaves(row, row.totalLots - row.filledLots, report.venueTimeMicros);
      if (row.filledLots === row.totalLots) this.end(row, report);
    }
    this.version += 1;
    return isLate ? OrderChange.LATE_FILL : OrderChange.CHANGED;
  }

  private onAmended(report: Readonly<ExecutionReport>): OrderChange {
    const row = this.find(report.clientOrderId);
    if (row === null || row.endedAtMicros !== NEVER) return OrderChange.NONE;
    const hasShrunk = this.shrink(row, report);
    // The answer to an amend says what the order had filled by then, and may be first to say it.
    if (report.filledLots <= row.filledLots)
      return hasShrunk ? OrderChange.CHANGED : OrderChange.NONE;
    this.raiseFilled(row, report);
    this.version += 1;
    return changeOf(row, false);
  }

  /** Amends only shrink: a larger total is an older word that comes late. True when it was news. */
  private shrink(row: OrderRow, report: Readonly<ExecutionReport>): boolean {
    if (report.quantityLots <= 0 || report.quantityLots >= row.totalLots) return false;
    row.totalLots = report.quantityLots;
    setLeaves(row, row.totalLots - row.filledLots, report.venueTimeMicros);
    this.version += 1;
    return true;
  }

  private onEnded(report: Readonly<ExecutionReport>): OrderChange {
    let row = this.find(report.clientOrderId);
    if (row === null) {
      if (this.ended.has(report.clientOrderId)) return OrderChange.NONE;
      if (report.filledLots <= 0) {
        this.ended.remember(report.clientOrderId);
        return OrderChange.NONE;
      }
      // Its fills were not told either.
      row = this.add(report);
    }
    if (row.endedAtMicros !== NEVER) return OrderChange.NONE;
    if (report.filledLots > row.filledLots) this.raiseFilled(row, report);
    this.end(row, report);
    this.version += 1;
    return row.filledLots > row.tradedLots ? OrderChange.FILL_MISSING : OrderChange.CHANGED;
  }

  /**
   * The venue does not know an order that it once confirmed: believed when said twice, and long after
   * the order was last seen alive.
   */
  private onNotFound(report: Readonly<ExecutionReport>): OrderChange {
    const row = this.find(report.clientOrderId);
    if (row === null || row.endedAtMicros !== NEVER) return OrderChange.NONE;
    row.notFoundCount += 1;
    const seenAt = Math.max(row.knownSinceMicros, row.shownAtMicros);
    const isProven = report.atMicros - seenAt >= NOT_FOUND_PROOF_MICROS;
    if (!isProven || row.notFoundCount < NOT_FOUND_COUNT_MIN) return OrderChange.NONE;
    this.end(row, report);
    this.version += 1;
    return OrderChange.CHANGED;
  }

  private raiseFilled(row: OrderRow, report: Readonly<ExecutionReport>): void {
    row.filledAtMicros = report.venueTimeMicros;
    row.filledLots = report.filledLots;
    setLeaves(row, row.totalLots - row.filledLots, report.venueTimeMicros);
  }

  private end(row: OrderRow, report: Readonly<ExecutionReport>): void {
    if (row.endedAtMicros !== NEVER) return;
    row.endedAtMicros = report.venueTimeMicros;
    row.endedStampMicros = report.atMicros;
    this.ended.remember(report.clientOrderId);
  }

  private add(report: Readonly<ExecutionReport>): OrderRow {
    if (this.count === ORDER_ROWS_MAX) this.dropOldestEnded();
    const row = this.rows[this.count] as OrderRow;
    this.count += 1;
    row.clientOrderId = report.clientOrderId;
    row.instrument = report.instrument;
    row.side = report.side;
    row.priceTicks = report.priceTicks;
    row.totalLots = report.quantityLots;
    row.filledLots = report.filledLots;
    row.tradedLots = 0;
    row.filledAtMicros = report.venueTimeMicros;
    row.knownSinceMicros = report.atMicros;
    row.shownAtMicros = report.channel === ReportChannel.QUERY ? report.requestedAtMicros : 0;
    row.notFoundCount = 0;
    row.leavesLots = report.quantityLots - report.filledLots;
    row.leavesBeforeLots = row.leavesLots;
    row.leavesChangedAtMicros = 0;
    row.restsSinceMicros = report.venueTimeMicros;
    row.endedAtMicros = NEVER;
    row.endedStampMicros = 0;
    this.version += 1;
    return row;
  }

  /** The first word of an order is a fill: before it, it rested with that much more. */
  private addFilled(report: Readonly<ExecutionReport>, isNewFill: boolean): OrderRow {
    const row = this.add(report);
    if (isNewFill) row.leavesLots += report.lastQuantityLots;
    return row;
  }

  private dropOldestEnded(): void {
    let oldest = -1;
    let oldestStamp = Number.MAX_SAFE_INTEGER;
    for (let index = 0; index < this.count; index++) {
      const row = this.rows[index] as OrderRow;
      if (row.endedAtMicros === NEVER || row.endedStampMicros >= oldestStamp) continue;
      oldest = index;
      oldestStamp = row.endedStampMicros;
    }
    if (oldest < 0) throw new RangeError(`more than ${ORDER_ROWS_MAX} own orders are open`);
    this.drop(oldest);
  }

  /** Swaps the last row in: order of rows carries no meaning. */
  private drop(index: number): void {
    const last = this.count - 1;
    const dropped = this.rows[index] as OrderRow;
    this.rows[index] = this.rows[last] as OrderRow;
    this.rows[last] = dropped;
    this.count = last;
    this.version += 1;
  }

  private find(clientOrderId: number): OrderRow | null {
    for (let index = this.count - 1; index >= 0; index--) {
      const row = this.rows[index] as OrderRow;
      if (row.clientOrderId === clientOrderId) return row;
    }
    return null;
  }
}

/** What a higher cumulative fill means. */
function changeOf(row: OrderRow, isLate: boolean): OrderChange {
  if (row.tradedLots < row.filledLots) return OrderChange.FILL_MISSING;
  return isLate ? OrderChange.LATE_FILL : OrderChange.CHANGED;
}
