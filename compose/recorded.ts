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
}

/** Trading on recordings: one market alone, or spot and perpetual together on one common clock. */
export async function openRecorded(options: RecordedOptions): Promise<TradingSession> {
  const { loaded } = options;
  const { configuration } = loaded;
  const withHedge = options.hedgeFiles.length > 0 && configuration.hedge === 'perpetual';
  const instruments = resolveInstruments(loaded, withHedge);
  const fileSets = withHedge ? [options.quotedFiles, options.hedgeFiles] : [options.quotedFiles];
  const readers = await openReaders(fileSets, instruments);
  const startPriceUnits = firstPrice(readers[0] as RecordingReader, instruments[0] as Instrument);
  const feed = `recording:${fileSets.flat().map(baseName).join(',')}`;
  const setup = resolveSession(loaded, instruments, startPriceUnits, feed);
  const firstMicros = firstMessage(readers);
  assertWindow(readers, firstMicros, options);
  // A little earlier than the first message, so that the engine has been introduced before it.
  const clock = new VirtualClock((firstMicros - MICROS_PER_SECOND) as EpochMicros);
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

async function openReaders(
  fileSets: readonly (readonly string[])[],
  instruments: readonly Instrument[],
): Promise<RecordingReader[]> {
  const readers: RecordingReader[] = [];
  for (const [index, files] of fileSets.entries()) {
    readers.push(
      await RecordingReader.open({ files, instrument: instruments[index] as Instrument }),
    );
  }
  const offset = commonClockOffset(readers);
  for (const reader of readers) reader.useClockOffset(offset);
  return readers;
}

/** Price of the first message that has one, then back to the start. */
function firstPrice(reader: RecordingReader, instrument: Instrument): PriceUnits {
  let priceTicks = 0;
  while (priceTicks === 0 && reader.next()) {
    const { event } = reader;
    if (event.kind === EventKind.BOOK_TICKER) priceTicks = event.bidPriceTicks;
    else if (event.kind === EventKind.TRADE) priceTicks = event.priceTicks;
  }
  reader.rewind();
  if (priceTicks === 0)
    throw new RangeError('the recording holds neither a book ticker nor a trade');
  return (priceTicks * instrument.priceUnitsPerTick) as PriceUnits;
}

/** First receive time over all readers. Readers end at the start again. */
function firstMessage(readers: readonly RecordingReader[]): number {
  let first = Number.POSITIVE_INFINITY;
  for (const reader of readers) {
    if (reader.next()) first = Math.min(first, reader.receiveMicros);
    reader.rewind();
  }
  return first;
}

/** Throws a RecordingError when nothing of the recording lies between `from` and `to`. */
function assertWindow(
  readers: readonly RecordingReader[],
  firstMicros: number,
  { fromMicros, toMicros, quotedFiles }: RecordedOptions,
): void {
  const lastMicros = Math.max(...readers.map((reader) => reader.endMicros));
  if (fromMicros < toMicros && fromMicros < lastMicros && toMicros > firstMicros) return;
  for (const reader of readers) reader.close();
  throw new RecordingError(
    'OUTSIDE_RECORDING',
    { where: quotedFiles.join(', ') },
    `recorded from ${timeText(firstMicros)} to ${timeText(lastMicros)}, asked for from ${timeText(fromMicros)} to ${timeText(toMicros)}`,
  );
}

function timeText(micros: number): string {
  if (micros <= 0) return 'the start';
  return micros === Number.POSITIVE_INFINITY ? 'the end' : new Date(micros / 1000).toISOString();
}

function baseName(file: string): string {
  return file.split(/[\\/]/).at(-1) ?? file;
}
