import { defineInstrument } from '#adapters/binance/exchange-info/exchange-info.ts';
import { type Instrument, InstrumentRole, type Market } from '#contracts/instrument.ts';
import type { InstrumentIndex, RateUnits } from '#units/integers.ts';
import { LineFile } from './lines.ts';

/** Keys of a message that hold prices and quantities, on either market. */
const DECIMAL_PAIR = /"(-?\d+(?:\.\d+)?)","(-?\d+(?:\.\d+)?)"/g;
const NAMED_PRICE = /"(?:b|a|p)":"(\d+(?:\.\d+)?)"/g;
const NAMED_QUANTITY = /"(?:B|A|q)":"(\d+(?:\.\d+)?)"/g;

/**
 * An instrument good enough to check a recording of a symbol whose rules are not bundled: tick and
 * step are the finest decimals that occur in the files. Reads all of them once. Not for trading: a
 * real tick may be coarser, like 0.5.
 */
export async function inferInstrument(
  files: readonly string[],
  market: Market,
  symbol: string,
): Promise<Instrument> {
  let priceDecimals = 0;
  let quantityDecimals = 0;
  for (const path of files) {
    const file = await LineFile.open(path);
    try {
      while (file.next()) {
        const line = file.bytes.toString('latin1', file.start, file.end);
        for (const [, price = '', quantity = ''] of line.matchAll(DECIMAL_PAIR)) {
          priceDecimals = Math.max(priceDecimals, decimalsOf(price));
          quantityDecimals = Math.max(quantityDecimals, decimalsOf(quantity));
        }
        for (const [, price = ''] of line.matchAll(NAMED_PRICE)) {
          priceDecimals = Math.max(priceDecimals, decimalsOf(price));
        }
        for (const [, quantity = ''] of line.matchAll(NAMED_QUANTITY)) {
          quantityDecimals = Math.max(quantityDecimals, decimalsOf(quantity));
        }
      }
    } finally {
      file.close();
    }
  }
  return defineInstrument(
    {
      market,
      symbol,
      baseAsset: symbol,
      quoteAsset: 'quote',
      tickSize: smallestStep(priceDecimals),
      stepSize: smallestStep(quantityDecimals),
    },
    {
      index: 0 as InstrumentIndex,
      role: InstrumentRole.QUOTED,
      version: 1,
      makerFeeRate: 0 as RateUnits,
      takerFeeRate: 0 as RateUnits,
      feeAsset: '',
      feeAssetDiscountRate: 0 as RateUnits,
    },
  );
}

/** Digits after the point without the zeros at the end. */
function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.slice(point + 1).replace(/0+$/, '').length;
}

/** 2 -> "0.01". */
function smallestStep(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'0'.repeat(decimals - 1)}1`;
}
