/**
 * Quality of recordings: gaps, order, crossed books, trade ids, and whether the book built from depth
 * agrees with bookTicker. Has a slow book of its own, so that it can find fault with the engine's.
 */
import {
  bundledExchangeInfo,
  bundledInstrument,
  symbolsOf,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import { DecodedKind } from '#adapters/binance/frames/frames.ts';
import { type Instrument, InstrumentRole, Market } from '#contracts/instrument.ts';
import { type DecimalStep, formatSteps } from '#units/decimal-text.ts';
import type { InstrumentIndex, RateUnits } from '#units/integers.ts';
import { ChainOutcome, DepthChain } from './depth-chain.ts';
import { identifyRecording } from './identify.ts';
import { inferInstrument } from './infer-precision.ts';
import { LATENCY_SECONDS_MAX, LatencyHistogram } from './latency-histogram.ts';
import type { BookTop, PlainBook } from './plain-book.ts';
import { type BadLines, RecordingReader } from './recording.ts';
import type { RecordingError } from './recording-error.ts';
import { TopComparison } from './top-comparison.ts';

const NO_TRADE = -1;

/** One side's prices and quantities as decimals; null where that side of the book is empty. */
interface FinalTop {
  readonly bidPrice: string | null;
  readonly bidQuantity: string | null;
  readonly askPrice: string | null;
  readonly askQuantity: string | null;
}

/** One file. A file that goes on where the one before ended keeps its book, ids and clock. */
export interface FileCheck {
  readonly file: string;
  readonly market: 'spot' | 'usdm';
  readonly symbol: string;
  /** Usable messages, snapshots included. */
  readonly messages: number;
  readonly depth: number;
  readonly bookTicker: number;
  readonly trades: number;
  readonly gaps: number;
  /** Depth-built books and bookTickers whose bid is not below the ask. */
  readonly crossed: number;
  readonly tradeIdJumps: number;
  /** Depth-built tops compared with the bookTicker of exactly the same update id, and how many differ. */
  readonly compared: number;
  readonly mismatched: number;
  /**
   * The same with the newest bookTicker at or below the depth's update id, equal ids included. A
   * difference here alone means that bookTickers are missing, as in a thinned stream: no fault.
   */
  readonly comparedInForce: number;
  readonly mismatchedInForce: number;
  /** Null when there is no book at the end. */
  readonly finalTop: FinalTop | null;
  readonly levels: { readonly bid: number; readonly ask: number };
  readonly clockOffsetMicros: number;
  /** After the clock correction; null without a message that carries venue time, or beyond 1000 s. */
  readonly feedLatencyMicros: { readonly p50: number | null; readonly p99: number | null };
  /** Whole lines that are no message; not among `messages`. Blank lines are nothing. */
  readonly malformed: number;
  /** 1 when the file ends inside a line, as a killed recorder leaves it. Not among `malformed`. */
  readonly tornLines: number;
  /** Receive times that go back, depth and bookTickers older than the ones before them. */
  readonly outOfOrder: number;
  /** What is wrong, for people; empty when the file is good. */
  readonly problems: readonly string[];
}

export interface DataCheckReport {
  /** No problem in any file. */
  readonly ok: boolean;
  readonly files: readonly FileCheck[];
}

/**
 * Checks recordings. Files of one market and symbol, in the order of time, are one continuous
 * recording. Throws a RecordingError when a file cannot be read or is no recording at all.
 */
export async function checkRecordings(files: readonly string[]): Promise<DataCheckReport> {
  const checks = new Map<string, FileCheck>();
  for (const recording of await groupFiles(files)) {
    for (const check of await checkRecording(recording)) checks.set(check.file, check);
  }
  // In the order asked for; a file named twice is answered twice.
  const rows = files.flatMap((file) => checks.get(file) ?? []);
  return { ok: rows.every((row) => row.problems.length === 0), files: rows };
}

interface Recording {
  readonly market: Market;
  readonly symbol: string;
  readonly files: string[];
}

async function groupFiles(files: readonly string[]): Promise<readonly Recording[]> {
  const recordings = new Map<string, Recording>();
  for (const file of new Set(files)) {
    const { market, symbol } = await identifyRecording(file);
    const key = `${market} ${symbol}`;
    const known = recordings.get(key);
    if (known === undefined) recordings.set(key, { market, symbol, files: [file] });
    else known.files.push(file);
  }
  return [...recordings.values()];
}

async function checkRecording(recording: Recording): Promise<readonly FileCheck[]> {
  const instrument = await instrumentFor(recording);
  const reader = await RecordingReader.open({
    files: recording.files,
    instrument,
    badLines: 'count',
  });
  try {
    return new RecordingChecker(reader, instrument).run(recording.files);
  } finally {
    reader.close();
  }
}

async function instrumentFor({ market, symbol, files }: Recording): Promise<Instrument> {
  if (!symbolsOf(bundledExchangeInfo(market)).includes(symbol)) {
    return inferInstrument(files, market, symbol);
  }
  return bundledInstrument(market, symbol, {
    index: 0 as InstrumentIndex,
    role: InstrumentRole.QUOTED,
    version: 1,
    makerFeeRate: 0 as RateUnits,
    takerFeeRate: 0 as RateUnits,
    feeAsset: '',
    feeAssetDiscountRate: 0 as RateUnits,
  });
}

/** Counts of one file while it is read. */
class FileCounts {
  messages = 0;
  depth = 0;
  bookTicker = 0;
  trades = 0;
  crossed = 0;
  tradeIdJumps = 0;
  readonly latency = new LatencyHistogram();
}

/** Totals of the whole recording; a file's share is the difference between its end and its start. */
interface RunningTotals {
  readonly gaps: number;
  readonly compared: number;
  readonly mismatched: number;
  readonly comparedInForce: number;
  readonly mismatchedInForce: number;
  readonly outOfOrder: number;
}

class RecordingChecker {
  private readonly reader: RecordingReader;
  private readonly instrument: Instrument;
  private readonly comparison = new TopComparison();
  private readonly chain: DepthChain;
  private counts = new FileCounts();
  private lastTradeId = NO_TRADE;

  constructor(reader: RecordingReader, instrument: Instrument) {
    this.reader = reader;
    this.instrument = instrument;
    this.chain = new DepthChain(instrument.market, {
      onBook: (updateId, book) => this.onBook(updateId, book),
    });
  }

  run(files: readonly string[]): readonly FileCheck[] {
    const rows: FileCheck[] = [];
    let before = this.totals();
    let fileIndex = 0;
    const closeFile = (): void => {
      const after = this.totals();
      rows.push(this.fileCheck(files[fileIndex] as string, fileIndex, shareOf(before, after)));
      before = after;
      this.counts = new FileCounts();
      fileIndex += 1;
    };
    while (this.reader.next()) {
      while (fileIndex < this.reader.fileIndex) closeFile();
      this.onMessage();
    }
    while (fileIndex < files.length) closeFile();
    return this.isUncompared(rows) ? rows.map(withUncomparedProblem) : rows;
  }

  /** Judged on the recording as a whole: a comparison may fall into the file after its depth message. */
  private isUncompared(rows: readonly FileCheck[]): boolean {
    const hasBothStreams =
      rows.some((row) => row.depth > 0) && rows.some((row) => row.bookTicker > 0);
    return hasBothStreams && this.comparison.inForceCount === 0;
  }

  private onMessage(): void {
    const { reader, counts } = this;
    const { decoder } = reader;
    counts.messages += 1;
    const venueTime = 'venueTimeMicros' in reader.event ? reader.event.venueTimeMicros : 0;
    if (venueTime > 0) counts.latency.add(reader.receiveMicros - venueTime);
    switch (reader.kind) {
      case DecodedKind.DEPTH_DELTA:
        counts.depth += 1;
        if (this.chain.onDepth(decoder.depthDelta) === ChainOutcome.GAP) this.comparison.reset();
        break;
      case DecodedKind.DEPTH_SNAPSHOT:
        this.chain.onSnapshot(decoder.depthSnapshot);
        break;
      case DecodedKind.BOOK_TICKER:
        this.onTicker();
        break;
      case DecodedKind.TRADE:
      case DecodedKind.IGNORED:
        this.onTrade();
        break;
      case DecodedKind.MARK_PRICE:
      case DecodedKind.NONE:
      case DecodedKind.CONTROL:
      case DecodedKind.CONTROL_REFUSED:
      case DecodedKind.SERVER_SHUTDOWN:
      case DecodedKind.UNREAD:
        break;
    }
  }

  private onTicker(): void {
    const { bookTicker } = this.reader.decoder;
    this.counts.bookTicker += 1;
    const { bidPriceTicks, askPriceTicks } = bookTicker;
    if (bidPriceTicks !== 0 && askPriceTicks !== 0 && bidPriceTicks >= askPriceTicks) {
      this.counts.crossed += 1;
    }
    this.comparison.onTicker(bookTicker.updateId, {
      bidPriceTicks,
      bidQuantityLots: bookTicker.bidQuantityLots,
      askPriceTicks,
      askQuantityLots: bookTicker.askQuantityLots,
    });
  }

  private onTrade(): void {
    const { tradeId } = this.reader.decoder.trade;
    this.counts.trades += 1;
    if (this.lastTradeId !== NO_TRADE && tradeId !== this.lastTradeId + 1) {
      this.counts.tradeIdJumps += 1;
    }
    this.lastTradeId = tradeId;
  }

  private onBook(updateId: number, book: PlainBook): void {
    if (book.isCrossed) this.counts.crossed += 1;
    this.comparison.onDepth(updateId, book.top());
  }

  private totals(): RunningTotals {
    const { comparison, chain, reader } = this;
    return {
      gaps: chain.gapCount,
      compared: comparison.comparedCount,
      mismatched: comparison.mismatchedCount,
      comparedInForce: comparison.inForceCount,
      mismatchedInForce: comparison.inForceMismatchCount,
      outOfOrder: reader.backwardsCount + chain.outdatedCount + comparison.outdatedTickerCount,
    };
  }

  private fileCheck(file: string, fileIndex: number, shares: RunningTotals): FileCheck {
    const { counts, chain, reader } = this;
    const { latency, ...counted } = counts;
    const badLines = reader.badLinesOf(fileIndex);
    const tornLine = reader.tornLineOf(fileIndex);
    return {
      file,
      market: this.instrument.market === Market.SPOT ? 'spot' : 'usdm',
      symbol: this.instrument.symbol,
      ...counted,
      ...shares,
      malformed: badLines.count,
      tornLines: tornLine === null ? 0 : 1,
      finalTop: chain.hasBook ? this.finalTop(chain.book.top()) : null,
      levels: { bid: chain.book.bidCount, ask: chain.book.askCount },
      clockOffsetMicros: reader.clockOffsetMicros,
      feedLatencyMicros: { p50: latency.quantileMicros(0.5), p99: latency.quantileMicros(0.99) },
      problems: this.problems(counts, shares, badLines, tornLine),
    };
  }

  private problems(
    counts: FileCounts,
    shares: RunningTotals,
    badLines: BadLines,
    tornLine: RecordingError | null,
  ): readonly string[] {
    const mismatch = this.comparison.firstMismatch;
    const candidates: readonly (readonly [number, string])[] = [
      [badLines.count, `unusable lines, the last: ${badLines.last?.message ?? ''}`],
      [tornLine === null ? 0 : 1, `torn last line: ${tornLine?.message ?? ''}`],
      [shares.outOfOrder, 'messages out of order'],
      [shares.gaps, 'gaps in the depth stream'],
      [counts.crossed, 'crossed books'],
      [counts.tradeIdJumps, 'jumps of the trade id'],
      [
        shares.mismatched,
        `tops unlike bookTicker at the same update id, the first: ${JSON.stringify(mismatch)}`,
      ],
      [
        counts.latency.beyondCount,
        `messages took more than ${LATENCY_SECONDS_MAX} s: was the receive clock right?`,
      ],
    ];
    return candidates.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  }

  private finalTop(top: BookTop): FinalTop {
    const { tick, step } = this.instrument;
    const shown = (count: number, isThere: boolean, unit: DecimalStep): string | null =>
      isThere ? formatSteps(count, unit) : null;
    const hasBid = top.bidPriceTicks !== 0;
    const hasAsk = top.askPriceTicks !== 0;
    return {
      bidPrice: shown(top.bidPriceTicks, hasBid, tick),
      bidQuantity: shown(top.bidQuantityLots, hasBid, step),
      askPrice: shown(top.askPriceTicks, hasAsk, tick),
      askQuantity: shown(top.askQuantityLots, hasAsk, step),
    };
  }
}

function withUncomparedProblem(row: FileCheck): FileCheck {
  const problem = 'the depth-built book could not be compared once: is there a snapshot?';
  return { ...row, problems: [...row.problems, problem] };
}

/** What was added between two readings of the totals. */
function shareOf(before: RunningTotals, after: RunningTotals): RunningTotals {
  return {
    gaps: after.gaps - before.gaps,
    compared: after.compared - before.compared,
    mismatched: after.mismatched - before.mismatched,
    comparedInForce: after.comparedInForce - before.comparedInForce,
    mismatchedInForce: after.mismatchedInForce - before.mismatchedInForce,
    outOfOrder: after.outOfOrder - before.outOfOrder,
  };
}
