import { commonClockOffset, RecordingReader } from '#adapters/binance/recording/recording.ts';
import { RecordingError } from '#adapters/binance/recording/recording-error.ts';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import type { StageProbe } from '#contracts/edge-ports.ts';
import { EventKind } from '#contracts/event-kind.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, MICROS_PER_SECOND, type PriceUnits } from '#units/integers.ts';
import { buildLatency } from './latency-model.ts';
import { openSession } from './open-session.ts';
import { RecordedWorld } from './recorded-world.ts';
import { resolveInstruments, resolveSession } from './session-setup.ts';
import type { TradingSession } from './trading-session.ts';

export interface RecordedOptions {
  /** backtest, or paper when a recording is the feed of `run`: the same world, another name. */
  readonly worldName: 'backtest' | 'paper';
  readonly loaded: LoadedConfiguration;
  readonly quotedFiles: readonly string[];
  /** Empty: no hedge market, and no hedging. */
  readonly hedgeFiles: readonly string[];
  readonly queueModel: string | null;
  readonly latency: string | null;
  /**
   * Bounds of receive time; 0 and Infinity for all. What was recorded before `fromMicros` is played at
   * its own times with the quotes pulled, so that the engine starts warm.
   */
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly directory: string;
  readonly build: string;
  readonly probe: StageProbe;
  /**
   * Told, before anything runs, what is odd about recordings that are used all the same: a torn last
   * line, receive times out of order by a moment. One sentence each, with its file.
   */
  readonly onWarning?: (warning: string) => void;
}

/**
 * Trading on recordings: one market alone, or spot and perpetual together on one common clock. Throws a
 * RecordingError for a recording that cannot be used, for two that were not made at the same time, and
 * for a window outside of them.
 */
export async function openRecorded(options: RecordedOptions): Promise<TradingSession> {
  const { loaded } = options;
  const withHedge = options.hedgeFiles.length > 0 && loaded.configuration.hedge === 'perpetual';
  const instruments = resolveInstruments(loaded, withHedge);
  const fileSets = withHedge ? [options.quotedFiles, options.hedgeFiles] : [options.quotedFiles];
  const readers: RecordingReader[] = [];
  try {
    for (const [index, files] of fileSets.entries()) {
      const instrument = instruments[index] as Instrument;
      readers.push(await RecordingReader.open({ files, instrument }));
    }
    const offset = commonClockOffset(readers);
    for (const reader of readers) reader.useClockOffset(offset);
    assertOverlap(readers, fileSets);
    assertWindow(readers, options);
    for (const warning of readers.flatMap((reader) => reader.warnings)) {
      options.onWarning?.(warning);
    }
    return await openOn(readers, instruments, fileSets, options);
  } catch (error) {
    for (const reader of readers) reader.close();
    throw error;
  }
}

async function openOn(
  readers: readonly RecordingReader[],
  instruments: readonly Instrument[],
  fileSets: readonly (readonly string[])[],
  options: RecordedOptions,
): Promise<TradingSession> {
  const { loaded } = options;
  const { configuration } = loaded;
  const startPriceUnits = firstPrice(
    readers[0] as RecordingReader,
    instruments[0] as Instrument,
    options.quotedFiles.join(', '),
  );
  const feed = `recording:${fileSets.flat().map(baseName).join(',')}`;
  const setup = resolveSession(loaded, instruments, startPriceUnits, feed);
  // A little earlier than the first message, so that the engine has been introduced before it.
  const clock = new VirtualClock((firstMicros(readers) - MICROS_PER_SECOND) as EpochMicros);
  const latency = buildLatency(configuration, options.latency);
  return openSession({
    worldName: options.worldName,
    loaded,
    setup,
    directory: options.directory,
    build: options.build,
    probe: options.probe,
    tradeFromMicros: options.fromMicros as EpochMicros,
    buildWorld: (sink) =>
      new RecordedWorld({
        configuration,
        setup,
        clock,
        latency,
        sink,
        readers,
        toMicros: options.toMicros,
        queueModel: options.queueModel,
      }),
  });
}

/** Price of the first message that has one, then back to the start. */
function firstPrice(reader: RecordingReader, instrument: Instrument, where: string): PriceUnits {
  let priceTicks = 0;
  while (priceTicks === 0 && reader.next()) {
    const { event } = reader;
    if (event.kind === EventKind.BOOK_TICKER) priceTicks = event.bidPriceTicks;
    else if (event.kind === EventKind.TRADE) priceTicks = event.priceTicks;
  }
  reader.rewind();
  if (priceTicks === 0) {
    throw new RecordingError(
      'EMPTY_RECORDING',
      { where },
      'there is neither a book ticker nor a trade',
    );
  }
  return (priceTicks * instrument.priceUnitsPerTick) as PriceUnits;
}

/** First receive time over all readers. */
function firstMicros(readers: readonly RecordingReader[]): number {
  return Math.min(...readers.map((reader) => reader.startMicros));
}

/**
 * Throws a RecordingError when there is no moment that all recordings cover: a hedge market of another
 * day would be silent for ever.
 */
function assertOverlap(
  readers: readonly RecordingReader[],
  fileSets: readonly (readonly string[])[],
): void {
  const sharedFrom = Math.max(...readers.map((reader) => reader.startMicros));
  const sharedTo = Math.min(...readers.map((reader) => reader.endMicros));
  if (sharedFrom <= sharedTo) return;
  const spans = readers.map(
    ({ startMicros, endMicros }, index) =>
      `${(fileSets[index] ?? []).map(baseName).join(', ')} from ${timeText(startMicros)} to ${timeText(endMicros)}`,
  );
  throw new RecordingError(
    'NO_OVERLAP',
    { where: fileSets.flat().join(', ') },
    `the recordings were not made at the same time: ${spans.join('; ')}`,
  );
}

/** Throws a RecordingError when nothing of the recording lies between `from` and `to`. */
function assertWindow(
  readers: readonly RecordingReader[],
  { fromMicros, toMicros, quotedFiles }: RecordedOptions,
): void {
  const first = firstMicros(readers);
  const last = Math.max(...readers.map((reader) => reader.endMicros));
  if (fromMicros < toMicros && fromMicros < last && toMicros > first) return;
  throw new RecordingError(
    'OUTSIDE_RECORDING',
    { where: quotedFiles.join(', ') },
    `recorded from ${timeText(first)} to ${timeText(last)}, asked for from ${timeText(fromMicros)} to ${timeText(toMicros)}`,
  );
}

function timeText(micros: number): string {
  if (micros <= 0) return 'the start';
  return micros === Number.POSITIVE_INFINITY ? 'the end' : new Date(micros / 1000).toISOString();
}

function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}
