/**
 * Raw recordings as a stream of engine events: `<receive time in ns> <space> <message as received>`
 * per line, gzip or plain. Pull, not push, so that two recordings can be merged by time.
 */
import { DecodedKind, type FrameDecoder, FrameError } from '#adapters/binance/frames/frames.ts';
import { SpotFrameDecoder } from '#adapters/binance/spot/spot.ts';
import { UsdmFrameDecoder } from '#adapters/binance/usdm/usdm.ts';
import type { MarketEvent } from '#contracts/events.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { type DurationMicros, type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import { identifyFile, identifyRecording } from './identify.ts';
import { LineFile } from './lines.ts';
import { RecordingError } from './recording-error.ts';

const SPACE = 0x20;
const ZERO = 0x30;
/** Nanoseconds since 1970 have 19 digits from 2001 to 2286; the last three are below a microsecond. */
const STAMP_DIGITS = 19;
const MICROS_DIGITS = STAMP_DIGITS - 3;
const BAD_STAMP = -1;
const NINE = 0x39;
const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
/** Threads that write to one file may overtake each other by a moment; a clock that was set goes further. */
const CLOCK_STEP_MICROS_MAX = MICROS_PER_SECOND;
/** A receive clock may be that far behind the venue's; beyond, the message's time is damaged: one such line would move all. */
const CLOCK_BEHIND_MICROS_MAX = 86_400 * MICROS_PER_SECOND;

export interface RecordingReaderOptions {
  /** Files of one market and symbol in the order of time: together one continuous recording. */
  readonly files: readonly string[];
  /** Must have the recording's market and symbol. Its index is put on every event. */
  readonly instrument: Instrument;
  /**
   * Added on top of the clock offset when the receive clock runs behind the venue's: the fastest
   * message then took this long. Microseconds, default 0.
   */
  readonly baseLatencyMicros?: DurationMicros;
  /**
   * 'stop' (default): a bad line is an error, and so is a receive clock that goes back by more than a
   * second. 'count': both are counted (`badLinesOf`, `backwardsCount`) and stepped over, and frames that
   * are no part of the visible book (IGNORED) are delivered too. In both, blank lines are nothing, and a
   * last line that the recorder did not finish is stepped over and told by `tornLineOf`.
   */
  readonly badLines?: 'stop' | 'count';
}

/** Lines that hold no usable message. */
export interface BadLines {
  readonly count: number;
  readonly last: RecordingError | null;
}
const NO_BAD_LINES: BadLines = { count: 0, last: null };

/**
 * Reads one recording. After `next()` returned true, `event`, `kind`, `receiveMicros` and
 * `venueMicros` describe the message; the event is refilled by the next call.
 *
 * Receive times are corrected by one constant for the whole recording (MODELS section 6): when the
 * receive clock ran behind, the smallest receive-minus-venue difference becomes the base latency.
 */
export class RecordingReader {
  readonly market: Market;
  readonly symbol: string;
  /** The current message; also carries `receiveMicros` as its stamp. */
  event: MarketEvent;
  kind: DecodedKind = DecodedKind.NONE;
  /** Corrected receive time; never falls. */
  receiveMicros = 0 as EpochMicros;
  /**
   * When it happened at the venue, at most the receive time. For messages without a time of their own
   * (spot bookTicker, spot snapshot) the newest venue time seen so far in this recording.
   */
  venueMicros = 0 as EpochMicros;
  /** Index into `files` of the current message. */
  fileIndex = 0;
  /** Lines whose receive time was before the line above; they get that line's time. */
  backwardsCount = 0;
  readonly decoder: FrameDecoder;
  /** What a person should know about a recording that is used all the same; complete after `open`. */
  warnings: readonly string[] = [];
  private readonly files: readonly LineFile[];
  private readonly badLines: BadLines[];
  private readonly tornLines: (RecordingError | null)[];
  private readonly isCounting: boolean;
  private offsetMicros = 0;
  private newestVenueMicros = 0;
  private newestStampMicros = 0;
  private firstStampMicros = 0;
  private endStampMicros = 0;

  private constructor(files: readonly LineFile[], options: RecordingReaderOptions) {
    const { instrument } = options;
    this.files = files;
    this.badLines = files.map(() => NO_BAD_LINES);
    this.tornLines = files.map(() => null);
    this.market = instrument.market;
    this.symbol = instrument.symbol;
    this.isCounting = options.badLines === 'count';
    this.decoder =
      instrument.market === Market.SPOT
        ? new SpotFrameDecoder(instrument)
        : new UsdmFrameDecoder(instrument);
    this.event = this.decoder.event;
  }

  /**
   * Opens the files, checks that they belong together, and reads them once to measure the clock
   * offset. Throws a RecordingError: file, line, reason; in 'stop' mode for a bad line too.
   */
  static async open(options: RecordingReaderOptions): Promise<RecordingReader> {
    const files: LineFile[] = [];
    try {
      for (const path of options.files) files.push(await LineFile.open(path));
      for (const file of files) checkIdentity(file, options.instrument);
      const reader = new RecordingReader(files, options);
      reader.measureClockOffset(options.baseLatencyMicros ?? 0);
      return reader;
    } catch (error) {
      for (const file of files) file.close();
      throw error;
    }
  }

  /** Microseconds added to every receive stamp. */
  get clockOffsetMicros(): DurationMicros {
    return this.offsetMicros as DurationMicros;
  }

  /** Corrected receive time of the first message. */
  get startMicros(): EpochMicros {
    return (this.firstStampMicros + this.offsetMicros) as EpochMicros;
  }

  /** Corrected receive time of the last message. */
  get endMicros(): EpochMicros {
    return (this.endStampMicros + this.offsetMicros) as EpochMicros;
  }

  /** Bad lines of one file so far, in 'count' mode. */
  badLinesOf(fileIndex: number): BadLines {
    return this.badLines[fileIndex] ?? NO_BAD_LINES;
  }

  /** The line inside which a file ends; null where it ends whole. Known after `open`. */
  tornLineOf(fileIndex: number): RecordingError | null {
    return this.tornLines[fileIndex] ?? null;
  }

  /** Path of the current message's file. */
  get filePath(): string {
    return this.files[this.fileIndex]?.path ?? '';
  }

  /** Line of the current message in its file, from 1. */
  get lineNumber(): number {
    return this.files[this.fileIndex]?.lineNumber ?? 0;
  }

  /** Replaces the clock offset and goes back to the start; see `commonClockOffset`. */
  useClockOffset(offset: DurationMicros): void {
    this.offsetMicros = offset;
    this.rewind();
  }

  /** Back to the first message. Counters start anew. */
  rewind(): void {
    for (const file of this.files) file.rewind();
    this.fileIndex = 0;
    this.receiveMicros = 0 as EpochMicros;
    this.venueMicros = 0 as EpochMicros;
    this.newestVenueMicros = 0;
    this.newestStampMicros = 0;
    this.badLines.fill(NO_BAD_LINES);
    this.backwardsCount = 0;
  }

  /** Gives memory and files back. The reader is of no use afterwards. */
  close(): void {
    for (const file of this.files) file.close();
  }

  /**
   * Moves to the next market message; control answers are stepped over. False at the end. Throws a
   * RecordingError for a bad line in 'stop' mode. Hot: no allocation a line but for bad ones.
   */
  next(): boolean {
    while (this.fileIndex < this.files.length) {
      const file = this.files[this.fileIndex] as LineFile;
      while (file.next()) {
        if (this.readLine(file)) return true;
      }
      if (this.fileIndex === this.files.length - 1) return false;
      // One file's memory at a time; a single file stays for the next pass.
      file.release();
      this.fileIndex += 1;
      this.checkFileOrder();
    }
    return false;
  }

  /** Calls `visit` for every remaining message with this reader. */
  forEach(visit: (message: RecordingReader) => void): void {
    while (this.next()) visit(this);
  }

  /** True when the line held a message to deliver. */
  private readLine(file: LineFile): boolean {
    const stampMicros = receiveStampMicros(file.bytes, file.start, file.end);
    if (stampMicros === BAD_STAMP) {
      if (!isBlank(file)) this.refuseStamp(file);
      return false;
    }
    const frameAt = file.start + STAMP_DIGITS + 1;
    if (stampMicros < this.newestStampMicros) this.onBackwards(file, stampMicros);
    else this.newestStampMicros = stampMicros;
    const receive = (this.newestStampMicros + this.offsetMicros) as EpochMicros;
    try {
      this.kind = this.decoder.decode(file.bytes, frameAt, file.end - frameAt, receive);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      // Half a JSON object is never JSON, so a whole message that is of no use is not taken for torn.
      if (!file.isEnded && error.code === 'MALFORMED_JSON') this.stepOverTornLine(file);
      else this.refuseLine(file, error.message, error);
      return false;
    }
    const isDelivered =
      this.kind < DecodedKind.CONTROL || (this.isCounting && this.kind === DecodedKind.IGNORED);
    return isDelivered && this.deliver(file, stampMicros, receive);
  }

  /** False for a message whose time cannot be. */
  private deliver(file: LineFile, stampMicros: number, receive: EpochMicros): boolean {
    if (this.decoder.publishedMicros - stampMicros > CLOCK_BEHIND_MICROS_MAX) {
      this.refuseLine(file, 'the message was sent more than a day after it was received');
      return false;
    }
    const event = this.decoder.event;
    this.event = event;
    this.receiveMicros = receive;
    const own = 'venueTimeMicros' in event ? event.venueTimeMicros : 0;
    if (own > this.newestVenueMicros) this.newestVenueMicros = own;
    const venue = own === 0 ? this.newestVenueMicros : own;
    this.venueMicros = Math.min(venue, receive) as EpochMicros;
    return true;
  }

  /** Holds the clock at the line above. */
  private onBackwards(file: LineFile, stampMicros: number): void {
    this.backwardsCount += 1;
    const stepMicros = this.newestStampMicros - stampMicros;
    if (this.isCounting || stepMicros <= CLOCK_STEP_MICROS_MAX) return;
    throw new RecordingError(
      'CLOCK_WENT_BACK',
      { where: placeOf(file) },
      `the receive clock goes back by ${(stepMicros / MICROS_PER_SECOND).toFixed(3)} s`,
    );
  }

  private refuseStamp(file: LineFile): void {
    const digits = leadingDigits(file);
    const isWhole = file.isEnded || digits < file.end - file.start || digits > STAMP_DIGITS;
    if (isWhole) {
      const what = `the line begins with ${digits} digits, not with 19 digits of nanoseconds and a space`;
      this.refuseLine(file, what);
    } else this.stepOverTornLine(file);
  }

  private stepOverTornLine(file: LineFile): void {
    this.tornLines[this.fileIndex] ??= new RecordingError(
      'BAD_LINE',
      { where: placeOf(file) },
      'the file ends inside this line',
    );
  }

  private refuseLine(file: LineFile, what: string, cause?: Error): void {
    const error = new RecordingError('BAD_LINE', { where: placeOf(file), cause }, what);
    if (!this.isCounting) throw error;
    const { count } = this.badLinesOf(this.fileIndex);
    this.badLines[this.fileIndex] = { count: count + 1, last: error };
  }

  /** A following file may not begin before the one above ended. */
  private checkFileOrder(): void {
    const file = this.files[this.fileIndex] as LineFile;
    file.rewind();
    let first = BAD_STAMP;
    while (first === BAD_STAMP && file.next()) {
      first = receiveStampMicros(file.bytes, file.start, file.end);
    }
    file.rewind();
    if (first !== BAD_STAMP && first < this.newestStampMicros) {
      throw new RecordingError(
        'OUT_OF_ORDER',
        { where: file.path },
        'the file begins before the one in front of it ended',
      );
    }
  }

  /**
   * A message cannot arrive before it was sent, so the newest time in it (publishing or engine time)
   * bounds the offset from below.
   */
  private measureClockOffset(baseLatencyMicros: number): void {
    let least = Number.POSITIVE_INFINITY;
    let count = 0;
    while (this.next()) {
      if (count === 0) this.firstStampMicros = this.newestStampMicros;
      count += 1;
      const published = this.decoder.publishedMicros;
      if (published > 0) least = Math.min(least, this.newestStampMicros - published);
    }
    if (count === 0) {
      const where = this.files.map((file) => file.path).join(', ');
      const last = this.badLines.findLast(({ count }) => count > 0)?.last?.message;
      const what = `there is no usable message${last === undefined ? '' : `; the last line: ${last}`}`;
      throw new RecordingError('EMPTY_RECORDING', { where }, what);
    }
    this.warnings = this.describeOddities();
    this.endStampMicros = this.newestStampMicros;
    this.offsetMicros = least < 0 ? -least + baseLatencyMicros : 0;
    this.rewind();
  }

  /** Of the pass just made. */
  private describeOddities(): string[] {
    const warnings: string[] = [];
    for (const torn of this.tornLines) {
      if (torn !== null) warnings.push(`${torn.message}; it was stepped over`);
    }
    if (this.backwardsCount > 0) {
      const where = this.files.map((file) => file.path).join(', ');
      const what = 'receive times before the line above, taken as that line’s time';
      warnings.push(`${where}: ${this.backwardsCount} ${what}`);
    }
    return warnings;
  }
}

function placeOf(file: LineFile): string {
  return `${file.path}:${file.lineNumber}`;
}

/** Nothing but white space. */
function isBlank({ bytes, start, end }: LineFile): boolean {
  for (let index = start; index < end; index++) {
    const byte = bytes[index];
    if (byte !== SPACE && byte !== TAB && byte !== CARRIAGE_RETURN) return false;
  }
  return true;
}

function leadingDigits({ bytes, start, end }: LineFile): number {
  let index = start;
  while (index < end && (bytes[index] as number) >= ZERO && (bytes[index] as number) <= NINE) {
    index += 1;
  }
  return index - start;
}

/**
 * The one clock offset for recordings that were received by the same machine (spot and perpetual of
 * one day): the largest of theirs. With an offset each, the market with the slower feed would look
 * earlier than it was, and the perpetual's lead would become a look-ahead. Hand it to each reader's
 * `useClockOffset`.
 */
export function commonClockOffset(readers: readonly RecordingReader[]): DurationMicros {
  let offset = 0;
  for (const reader of readers) offset = Math.max(offset, reader.clockOffsetMicros);
  return offset as DurationMicros;
}

function checkIdentity(file: LineFile, instrument: Instrument): void {
  const { market, symbol } = identifyFile(file);
  // Only the file being read keeps its memory.
  file.release();
  if (market === instrument.market && symbol === instrument.symbol) return;
  throw new RecordingError(
    'MIXED_RECORDING',
    { where: file.path },
    `holds ${nameOf(market)} ${symbol}, not ${nameOf(instrument.market)} ${instrument.symbol}`,
  );
}

function nameOf(market: Market): string {
  return market === Market.SPOT ? 'spot' : 'USD-M';
}

/** The stamp at the start of a line in microseconds, cut, or BAD_STAMP. Hot. */
function receiveStampMicros(bytes: Uint8Array, start: number, end: number): number {
  if (end - start <= STAMP_DIGITS || bytes[start + STAMP_DIGITS] !== SPACE) return BAD_STAMP;
  let micros = 0;
  for (let index = 0; index < STAMP_DIGITS; index++) {
    const digit = (bytes[start + index] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return BAD_STAMP;
    if (index < MICROS_DIGITS) micros = micros * 10 + digit;
  }
  return bytes[start] === ZERO || micros > Number.MAX_SAFE_INTEGER ? BAD_STAMP : micros;
}

// Who opens a recording first asks what it is: one door for both.
export { identifyRecording };
