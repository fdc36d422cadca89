/**
 * Measured order latencies from CSV: when a request was sent, when the venue processed it, when its
 * answer came back. Feeds the interpolated latency model (MODELS.md §6).
 */

/** One measured round trip, in microseconds since 1970. */
export interface LatencyRow {
  readonly requestMicros: number;
  /** Zero: the venue refused or was overloaded, so only the round trip is known. */
  readonly exchangeMicros: number;
  readonly responseMicros: number;
}

/** A latency file that cannot be used; `message` names the line and the remedy. */
export class LatencyRowsError extends Error {
  override readonly name = 'LatencyRowsError';
}

/** Stamps at or above this many units are nanoseconds (the year 2001 in ns, 33658 in µs). */
const NANOS_FROM = 1_000_000_000_000_000_000n;
/** And at or above this many, microseconds (the same moment in µs). */
const MICROS_FROM = 1_000_000_000_000_000n;
const NANOS_PER_MICRO = 1_000n;

/**
 * Parses `request,exchange,response` rows. One header line, blank lines and `#` comments are
 * skipped; further columns are ignored.
 *
 * Stamps are whole nanoseconds or microseconds since 1970, told apart by their size and never mixed;
 * nanoseconds are cut to microseconds. An exchange stamp of zero or below means rejected. Rows are in
 * order of the request. Throws LatencyRowsError otherwise, and for a file without rows.
 */
export function parseLatencyRows(text: string): readonly LatencyRow[] {
  const rows: LatencyRow[] = [];
  const unit = new UnitOfFile();
  let headerSeen = false;
  text.split(/\r?\n/).forEach((line, index) => {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) return;
    if (!headerSeen && rows.length === 0 && !/^[-+]?\d/.test(content)) {
      headerSeen = true;
      return;
    }
    const row = parseRow(content, index + 1, unit);
    const previous = rows.at(-1);
    if (previous !== undefined && row.requestMicros < previous.requestMicros) {
      throw refuse(index + 1, 'rows must be sorted by request time', 'sort the file');
    }
    rows.push(row);
  });
  if (rows.length === 0) {
    throw new LatencyRowsError('latency file holds no rows: write request,exchange,response lines');
  }
  return rows;
}

function parseRow(content: string, lineNumber: number, unit: UnitOfFile): LatencyRow {
  const columns = content.split(',').map((column) => column.trim());
  if (columns.length < 3) {
    throw refuse(lineNumber, `${columns.length} columns`, 'write request,exchange,response');
  }
  const stamps = columns.slice(0, 3).map((column) => {
    if (!/^-?\d+$/.test(column)) {
      throw refuse(lineNumber, `"${column}" is no whole number`, 'write whole ns or µs since 1970');
    }
    return BigInt(column);
  });
  const [request = 0n, exchange = 0n, response = 0n] = stamps;
  const isRejected = exchange <= 0n;
  unit.check(request, lineNumber);
  unit.check(response, lineNumber);
  if (!isRejected) unit.check(exchange, lineNumber);
  if (response < request || (!isRejected && (exchange < request || response < exchange))) {
    throw refuse(
      lineNumber,
      'times must not go back from request to exchange to response',
      'correct the clock offset of the exchange column first',
    );
  }
  return {
    requestMicros: unit.toMicros(request),
    exchangeMicros: isRejected ? 0 : unit.toMicros(exchange),
    responseMicros: unit.toMicros(response),
  };
}

/** One file has one unit: the first stamp decides, the others must agree. */
class UnitOfFile {
  private isNanos = false;
  private isKnown = false;

  check(stamp: bigint, lineNumber: number): void {
    if (stamp < MICROS_FROM) {
      throw refuse(
        lineNumber,
        `stamp ${stamp} is neither ns nor µs since 1970`,
        'convert the file',
      );
    }
    const isNanos = stamp >= NANOS_FROM;
    if (this.isKnown && isNanos !== this.isNanos) {
      throw refuse(lineNumber, 'ns and µs stamps are mixed', 'use one unit in the whole file');
    }
    this.isNanos = isNanos;
    this.isKnown = true;
  }

  toMicros(stamp: bigint): number {
    return Number(this.isNanos ? stamp / NANOS_PER_MICRO : stamp);
  }
}

function refuse(lineNumber: number, what: string, remedy: string): LatencyRowsError {
  return new LatencyRowsError(`latency file, line ${lineNumber}: ${what}; ${remedy}`);
}
