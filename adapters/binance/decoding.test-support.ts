/** Instruments, plain copies of events and the recordings' folder, for the tests of this folder. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundledInstrument } from '#adapters/binance/exchange-info/exchange-info.ts';
import { DecodedKind, type FrameDecoder, FrameError } from '#adapters/binance/frames/frames.ts';
import { type Instrument, InstrumentRole, type Market } from '#contracts/instrument.ts';
import { type EpochMicros, type InstrumentIndex, rateUnits } from '#units/integers.ts';

const FOLDER =
  // biome-ignore lint/style/noProcessEnv: a test may be told where the recordings lie.
  process.env['DOGE_MM_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

/** Paths of the four recordings of 2024-08-08. */
export function recordingPath(name: string): string {
  return `${FOLDER}/binance/${name}-20240808.gz`;
}

/** For `test(..., { skip })`. */
export const skipWithoutRecordings = existsSync(recordingPath('spot-btcusdt'))
  ? false
  : 'recordings not found';

export function testInstrument(market: Market, symbol = 'DOGEUSDT', index = 0): Instrument {
  return bundledInstrument(market, symbol, {
    index: index as InstrumentIndex,
    role: InstrumentRole.QUOTED,
    version: 1,
    makerFeeRate: rateUnits(100_000),
    takerFeeRate: rateUnits(100_000),
    feeAsset: '',
    feeAssetDiscountRate: rateUnits(0),
  });
}

export const AT = 1_795_305_600_200_000 as EpochMicros;

/** What a decoder made of a text, as plain data: the kind with the event's fields, or the error's code. */
export type Decoded =
  | { readonly kind: DecodedKind; readonly event: object; readonly published: number }
  | { readonly code: string };

export function decodeText(decoder: FrameDecoder, text: string): Decoded {
  const bytes = Buffer.from(text, 'utf8');
  return outcome(decoder, () => decoder.decode(bytes, 0, bytes.length, AT));
}

export function decodeTextByJson(decoder: FrameDecoder, text: string): Decoded {
  const bytes = Buffer.from(text, 'utf8');
  return outcome(decoder, () => decoder.decodeByJson(bytes, 0, bytes.length, AT));
}

/** Runs a decode. Anything but a FrameError goes through and fails the test. */
export function outcome(decoder: FrameDecoder, decode: () => DecodedKind): Decoded {
  try {
    const kind = decode();
    if (kind >= DecodedKind.CONTROL && kind !== DecodedKind.IGNORED) {
      return { kind, event: {}, published: 0 };
    }
    return { kind, event: plain(decoder.event), published: decoder.publishedMicros };
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    return { code: error.code };
  }
}

/** A copy with the level columns as lists of pairs. */
export function plain(event: object): Record<string, unknown> {
  const copy: Record<string, unknown> = { ...event };
  for (const key of ['bids', 'asks']) {
    const column = copy[key] as
      | { count: number; pricesTicks: Float64Array; quantitiesLots: Float64Array }
      | undefined;
    if (column === undefined) continue;
    copy[key] = Array.from({ length: column.count }, (_, index) => [
      column.pricesTicks[index],
      column.quantitiesLots[index],
    ]);
  }
  return copy;
}
