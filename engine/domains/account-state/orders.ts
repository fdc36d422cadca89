import type { AccountStateConfiguration } from '#contracts/configuration/account-state-configuration.ts';
import { type ExecutionReport, ReportStatus } from '#contracts/execution-report.ts';
import { Side } from '#contracts/order.ts';
import type { OwnOrders } from '#contracts/ports.ts';
import type { OwnOrderView } from '#contracts/position-state.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { EpochMicros, InstrumentIndex } from '#units/integers.ts';

/** Live and recently ended orders remembered. The venue allows 200 open ones per symbol. */
export const ORDER_ROWS_MAX = 512;
/** Ended orders whose id is remembered after their row is gone, so that a late ACCEPTED revives none. */
const ENDED_IDS = 1024;
/** Two instruments (quoted and hedge) with two sides each. */
const BOUND_KEYS = 4;
/** Not ended yet. Above every venue time. */
const NEVER = Number.MAX_SAFE_INTEGER;

/** One order as the venue says. `leavesBefore` was true until `leavesChangedAtMicros`. */
class OrderRow implements OwnOrderView {
  clientOrderId = 0;
  instrument = -1;
  side: Side = Side.BUY;
  priceTicks = 0;
  totalLots = 0;
  filledLots = 0;
  leavesLots = 0;
  leavesBeforeLots = 0;
  leavesChangedAtMicros = 0;
  restsSinceMicros = 0 as EpochMicros;
  endedAtMicros = NEVER;
  /** Event time of the end: decides when the row is forgotten. */
  endedStampMicros = 0;
}

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
  private readonly endedIds = new Float64Array(ENDED_IDS);
  private endedCount = 0;
  private endedNext = 0;
  /** Lowest and highest price of our rows per instrument and side; a cache for one version. */
  private readonly lowestTicks = new Float64Array(BOUND_KEYS);
  private readonly highestTicks = new Float64Array(BOUND_KEYS);
  private boundsVersion = -1;

  constructor(configuration: AccountStateConfiguration) {
    this.configuration = configuration;
    for (let index = 0; index < ORDER_ROWS_MAX; index++) this.rows.push(new OrderRow());
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

  /**
   * Applies one report. `isNewFill`: its trade was not counted before.
   *
   * Hot: no allocation. Throws when more orders are open than the venue can hold.
   */
  apply(report: Readonly<ExecutionReport>, isNewFill: boolean): OrderChange {
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
      case ReportStatus.UNKNOWN:
      case ReportStatus.CANCEL_REJECTED:
      case ReportStatus.AMEND_REJECTED:
        return OrderChange.NONE;
    }
  }

  /** Forgets orders that ended long enough ago. */
  forget(nowMicros: number): void {
    const keepSince = nowMicros - this.configuration.ownOrderMemoryMicros;
    for (let index = this.count - 1; index >= 0; index--) {
      const row = this.rows[index] as OrderRow;
      if (row.endedAtMicros !== NEVER && row.endedStampMicros < keepSince) this.drop(index);
    }
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.version);
    writer.integer(this.count);
    for (let index = 0; index < this.count; index++) {
      writeRow(this.rows[index] as OrderRow, writer);
    }
    writer.floats(this.endedIds, this.endedCount);
    writer.integer(this.endedNext);
  }

  readState(reader: StateReader): void {
    this.version = reader.integer();
    this.count = reader.integer();
    if (this.count > ORDER_ROWS_MAX) throw new RangeError('state holds more orders than fit');
    for (let index = 0; index < this.count; index++) readRow(this.rows[index] as OrderRow, reader);
    this.endedCount = reader.floats(this.endedIds);
    this.endedNext = reader.integer();
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
    if (this.hasEnded(report.clientOrderId)) return OrderChange.NONE;
    this.add(report);
    return OrderChange.CHANGED;
  }

  private onFill(report: Readonly<ExecutionReport>, isNewFill: boolean): OrderChange {
    const newLots = isNewFill ? report.lastQuantityLots : 0;
    const late = isNewFill ? OrderChange.LATE_FILL : OrderChange.NONE;
    let row = this.find(report.clientOrderId);
    if (row === null) {
      if (this.hasEnded(report.clientOrderId)) return late;
      row = this.add(report);
      row.filledLots = report.filledLots - newLots;
      row.leavesLots = row.totalLots - row.filledLots;
    }
    const isLate = row.endedAtMicros !== NEVER;
    const countedLots = row.filledLots + newLots;
    if (report.filledLots <= row.filledLots) return isLate ? late : OrderChange.NONE;
    row.filledLots = report.filledLots;
    setLeaves(row, row.totalLots - row.filledLots, report.venueTimeMicros);
    if (report.status === ReportStatus.FILLED) this.end(row, report);
    this.version += 1;
    if (countedLots < report.filledLots) return OrderChange.FILL_MISSING;
    return isLate ? OrderChange.LATE_FILL : OrderChange.CHANGED;
  }

  private onAmended(report: Readonly<ExecutionReport>): OrderChange {
    const row = this.find(report.clientOrderId);
    if (row === null || row.endedAtMicros !== NEVER) return OrderChange.NONE;
    row.totalLots = report.quantityLots;
    setLeaves(row, row.totalLots - row.filledLots, report.venueTimeMicros);
    this.version += 1;
    return OrderChange.CHANGED;
  }

  private onEnded(report: Readonly<ExecutionReport>): OrderChange {
    const row = this.find(report.clientOrderId);
    if (row === null) {
      if (!this.hasEnded(report.clientOrderId)) this.rememberEnded(report.clientOrderId);
      return OrderChange.NONE;
    }
    if (row.endedAtMicros !== NEVER) return OrderChange.NONE;
    const isMissing = report.filledLots > row.filledLots;
    this.end(row, report);
    this.version += 1;
    return isMissing ? OrderChange.FILL_MISSING : OrderChange.CHANGED;
  }

  private end(row: OrderRow, report: Readonly<ExecutionReport>): void {
    if (row.endedAtMicros !== NEVER) return;
    row.endedAtMicros = report.venueTimeMicros;
    row.endedStampMicros = report.atMicros;
    this.rememberEnded(report.clientOrderId);
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
    row.leavesLots = report.quantityLots - report.filledLots;
    row.leavesBeforeLots = row.leavesLots;
    row.leavesChangedAtMicros = 0;
    row.restsSinceMicros = report.venueTimeMicros;
    row.endedAtMicros = NEVER;
    row.endedStampMicros = 0;
    this.version += 1;
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

  private rememberEnded(clientOrderId: number): void {
    this.endedIds[this.endedNext] = clientOrderId;
    this.endedNext = (this.endedNext + 1) % ENDED_IDS;
    if (this.endedCount < ENDED_IDS) this.endedCount += 1;
  }

  private hasEnded(clientOrderId: number): boolean {
    for (let index = 0; index < this.endedCount; index++) {
      if (this.endedIds[index] === clientOrderId) return true;
    }
    return false;
  }
}

/** Zero book time means "now": spot bookTicker carries no venue time. */
function lotsInBook(row: OrderRow, bookTimeMicros: number): number {
  const atMicros = bookTimeMicros === 0 ? NEVER - 1 : bookTimeMicros;
  if (atMicros < row.restsSinceMicros || atMicros >= row.endedAtMicros) return 0;
  return atMicros < row.leavesChangedAtMicros ? row.leavesBeforeLots : row.leavesLots;
}

function setLeaves(row: OrderRow, leavesLots: number, venueMicros: number): void {
  row.leavesBeforeLots = row.leavesLots;
  row.leavesLots = leavesLots;
  row.leavesChangedAtMicros = venueMicros;
}

function writeRow(row: OrderRow, writer: StateWriter): void {
  writer.integer(row.clientOrderId);
  writer.integer(row.instrument);
  writer.integer(row.side);
  writer.integer(row.priceTicks);
  writer.integer(row.totalLots);
  writer.integer(row.filledLots);
  writer.integer(row.leavesLots);
  writer.integer(row.leavesBeforeLots);
  writer.integer(row.leavesChangedAtMicros);
  writer.integer(row.restsSinceMicros);
  writer.integer(row.endedAtMicros);
  writer.integer(row.endedStampMicros);
}

function readRow(row: OrderRow, reader: StateReader): void {
  row.clientOrderId = reader.integer();
  row.instrument = reader.integer();
  row.side = reader.integer() as Side;
  row.priceTicks = reader.integer();
  row.totalLots = reader.integer();
  row.filledLots = reader.integer();
  row.leavesLots = reader.integer();
  row.leavesBeforeLots = reader.integer();
  row.leavesChangedAtMicros = reader.integer();
  row.restsSinceMicros = reader.integer() as EpochMicros;
  row.endedAtMicros = reader.integer();
  row.endedStampMicros = reader.integer();
}
