/** A market of the library as an instrument of ours: found by name, its steps exact. */
import {
  InstrumentError,
  type InstrumentSpecification,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import { InstrumentStatus, Market } from '#contracts/instrument.ts';
import { DecimalTextError } from '#units/decimal-text.ts';
import { exactDecimal, multiplyDecimals } from './exact-decimal.ts';
import type { CcxtExchange, CcxtMarket, Numeric } from './library-interface.ts';

const DECIMAL_PLACES = 2;
const SIGNIFICANT_DIGITS = 3;

type Markets = Readonly<Record<string, CcxtMarket>>;

/**
 * The market that is meant: by the library's own name ("BTC/USD:USD"), or base and quote in a row
 * ("BTCUSD"). Throws an InstrumentError UNKNOWN_SYMBOL that names what there is.
 */
export function findMarket(
  exchange: CcxtExchange,
  markets: Markets,
  kind: Market,
  name: string,
): CcxtMarket {
  const ofKind = Object.values(markets).filter((one) => isOfKind(one, kind));
  const found = ofKind.find((one) => one.symbol === name || one.base + one.quote === name);
  if (found !== undefined) return found;
  const kindName = kind === Market.SPOT ? 'spot' : 'linear perpetual';
  const near = ofKind.filter((one) => name.startsWith(one.base)).map((one) => one.symbol);
  const hint = near.length === 0 ? '' : `; there is ${near.slice(0, 8).join(', ')}`;
  const hedge = kind === Market.SPOT ? '' : '; --set hedge=none trades without one';
  throw new InstrumentError(
    'UNKNOWN_SYMBOL',
    { where: `ccxt:${exchange.id} ${name}` },
    `not among its ${ofKind.length} ${kindName} markets${hint}${hedge}`,
  );
}

/**
 * Steps and bounds in base and quote assets, whatever the venue counts in. Throws an InstrumentError
 * UNSUPPORTED_INSTRUMENT where the library does not say exact steps.
 */
export function specificationOf(
  exchange: CcxtExchange,
  market: CcxtMarket,
  kind: Market,
  symbol: string,
): InstrumentSpecification {
  const where = `ccxt:${exchange.id} ${market.symbol}`;
  try {
    const { limits } = market;
    const inBase = (value: Numeric): string =>
      multiplyDecimals(exactDecimal(value), contractSize(market));
    return {
      market: kind,
      symbol,
      baseAsset: market.base,
      quoteAsset: market.quote,
      status: market.active === false ? InstrumentStatus.HALT : InstrumentStatus.TRADING,
      tickSize: step(exchange, market.precision?.price),
      stepSize: multiplyDecimals(step(exchange, market.precision?.amount), contractSize(market)),
      ...bound('minPrice', limits?.price?.min, exactDecimal),
      ...bound('maxPrice', limits?.price?.max, exactDecimal),
      ...bound('minQuantity', limits?.amount?.min, inBase),
      ...bound('maxQuantity', limits?.amount?.max, inBase),
      ...bound('minNotional', limits?.cost?.min, exactDecimal),
      ...bound('maxNotional', limits?.cost?.max, exactDecimal),
    };
  } catch (error) {
    if (!(error instanceof DecimalTextError)) throw error;
    throw new InstrumentError('UNSUPPORTED_INSTRUMENT', { where, cause: error }, error.message);
  }
}

/** Base assets in one unit of the venue's quantities: "1" but for contracts. */
export function contractSize(market: CcxtMarket): string {
  const { contractSize: size } = market;
  return size === undefined || market.spot === true ? '1' : exactDecimal(size);
}

/** A step of price, and of the venue's quantity, as decimals. Throws a DecimalTextError. */
export function step(exchange: CcxtExchange, precision: Numeric | undefined): string {
  if (precision === undefined) {
    throw new DecimalTextError('the library does not say how fine its prices and quantities are');
  }
  if (exchange.precisionMode === SIGNIFICANT_DIGITS) {
    throw new DecimalTextError('its precision counts significant digits: there is no fixed step');
  }
  const text = exactDecimal(precision);
  if (exchange.precisionMode !== DECIMAL_PLACES) return text;
  const places = Number(text);
  return places > 0 ? exactDecimal(`1e-${places}`) : '1';
}

function isOfKind(market: CcxtMarket, kind: Market): boolean {
  if (kind === Market.SPOT) return market.spot === true;
  return market.swap === true && market.linear === true && market.settle === market.quote;
}

/** Bounds the library leaves out, or gives as zero, are no bounds. */
function bound(
  name: string,
  value: Numeric | undefined | null,
  convert: (value: Numeric) => string,
): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const text = convert(value);
  return Number(text) === 0 ? {} : { [name]: text };
}
