import {
  type EnvironmentName,
  environmentOf,
  withBases,
} from '#adapters/binance/environments/environments.ts';
import { instrumentFromExchangeInfo } from '#adapters/binance/exchange-info/exchange-info.ts';
import { parseDuration } from '#adapters/config/fields.ts';
import { ExitCode, usageError } from '#apps/cli/cli-error.ts';
import { say, writeJson } from '#apps/cli/output.ts';
import { MarketRecording } from '#compose/market-recording.ts';
import { hostWays } from '#compose/venue-paper.ts';
import { askExchangeInfo } from '#compose/venue-questions.ts';
import { InstrumentRole, Market } from '#contracts/instrument.ts';
import { type InstrumentIndex, rateUnits } from '#units/integers.ts';

const MEBIBYTE = 1024 * 1024;

export interface DataRecordOptions {
  readonly market: 'spot' | 'usdm' | 'both';
  readonly symbol: string;
  readonly environment: EnvironmentName;
  readonly out: string;
  readonly duration?: string;
  readonly rotate: string;
  readonly rotateSize: string;
  readonly spotRest?: string;
  readonly spotStreams?: string;
  readonly usdmRest?: string;
  readonly usdmStreams?: string;
  readonly json?: boolean;
}

/**
 * Records the public streams until a signal or the end of `--duration`. Exit 1 when something that was
 * sent may be missing: a hole that no source could fill, or a time without any source.
 */
export async function runDataRecord(options: DataRecordOptions): Promise<ExitCode> {
  const ageMicrosMax = duration(options.rotate, '--rotate');
  const durationMicros =
    options.duration === undefined ? null : duration(options.duration, '--duration');
  const ways = hostWays(withBases(environmentOf(options.environment), options), say);
  const files: object[] = [];
  const ended = new RecordingEnd(durationMicros);
  const recordings: MarketRecording[] = [];
  for (const market of marketsOf(options.market)) {
    const symbol = options.symbol.toUpperCase();
    const answer = await askExchangeInfo(ways, market, symbol);
    const instrument = instrumentFromExchangeInfo(answer, market, symbol, {
      index: 0 as InstrumentIndex,
      role: InstrumentRole.QUOTED,
      version: 1,
      makerFeeRate: rateUnits(0),
      takerFeeRate: rateUnits(0),
      feeAsset: '',
      feeAssetDiscountRate: rateUnits(0),
    });
    recordings.push(
      new MarketRecording({
        ways,
        instrument,
        directory: options.out,
        ageMicrosMax,
        sizeMax: sizeMax(options.rotateSize),
        onClosed: (file) => {
          files.push(file);
          say(`${file.file}: ${file.lineCount} messages, ${file.outages.length} outages`);
        },
        onFailure: (error) => ended.fail(error),
      }),
    );
  }
  for (const recording of recordings) recording.start();
  try {
    await ended.wait();
  } finally {
    for (const recording of recordings) recording.stop();
  }
  const counts = recordings.map((recording) => recording.counts);
  const isWhole = counts.every(
    (one) => one.lineCount > 0 && one.holeCount === 0 && one.outageCount === 0,
  );
  if (options.json === true) writeJson({ ok: isWhole, files, counts });
  else say(isWhole ? 'good: nothing is missing' : `bad: ${JSON.stringify(counts)}`);
  return isWhole ? ExitCode.OK : ExitCode.FOUND_BAD;
}

/** A signal, the end of the time, or a failure: whichever comes first. */
class RecordingEnd {
  private readonly durationMicros: number | null;
  private settle: ((error?: unknown) => void) | null = null;
  private failure: { readonly error: unknown } | null = null;

  constructor(durationMicros: number | null) {
    this.durationMicros = durationMicros;
  }

  fail(error: unknown): void {
    this.failure ??= { error };
    this.settle?.();
  }

  async wait(): Promise<void> {
    let timer: NodeJS.Timeout | null = null;
    const stop = (): void => this.settle?.();
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    await new Promise<void>((resolve) => {
      this.settle = () => resolve();
      if (this.failure !== null) resolve();
      if (this.durationMicros !== null) timer = setTimeout(resolve, this.durationMicros / 1000);
      // Without a duration only a signal ends it; the sockets keep the process alive.
    });
    if (timer !== null) clearTimeout(timer);
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
    if (this.failure !== null) throw this.failure.error;
  }
}

function marketsOf(market: DataRecordOptions['market']): readonly Market[] {
  if (market === 'both') return [Market.SPOT, Market.PERPETUAL];
  return [market === 'spot' ? Market.SPOT : Market.PERPETUAL];
}

function duration(text: string, flag: string): number {
  const micros = parseDuration(text);
  if (micros === null || micros <= 0) {
    throw usageError(`not a duration: "${text}"`, flag, 'write it like 30s, 10m or 2h');
  }
  return micros;
}

function sizeMax(text: string): number {
  const size = Number(text);
  if (!(size > 0) || !Number.isFinite(size)) {
    throw usageError(`not a size: "${text}"`, '--rotate-size', 'give mebibytes above zero');
  }
  return size * MEBIBYTE;
}
