/**
 * Paper trading on the data of any exchange the ccxt library knows: its market, a simulated account. Needs
 * no key.
 */
import {
  defineInstrument,
  InstrumentError,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import { capabilitiesOf } from '#adapters/ccxt/capabilities.ts';
import { cutScaled, exactDecimal } from '#adapters/ccxt/exact-decimal.ts';
import {
  ask,
  type CcxtLibrary,
  loadMarkets,
  openExchange,
} from '#adapters/ccxt/exchange-library.ts';
import type { FeedLeg } from '#adapters/ccxt/feed-name.ts';
import type { CcxtExchange, CcxtMarket, Numeric } from '#adapters/ccxt/library-interface.ts';
import { CcxtMarketData } from '#adapters/ccxt/market-feed.ts';
import { findMarket, specificationOf } from '#adapters/ccxt/market-rules.ts';
import { SystemTimers } from '#adapters/clock/timers.ts';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import type { Configuration } from '#adapters/config/configuration-schema.ts';
import type { StageProbe } from '#contracts/edge-ports.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { PLAIN_FEES } from '#simulation/venue/wallets.ts';
import { VirtualClock } from '#simulation/virtual-clock/virtual-clock.ts';
import { parseSteps } from '#units/decimal-text.ts';
import type { PriceUnits, RateUnits } from '#units/integers.ts';
import { buildLatency } from './latency-model.ts';
import { openSession } from './open-session.ts';
import { resolveSession, termsOf } from './session-setup.ts';
import type { TradingSession } from './trading-session.ts';
import { type PublicMarket, VenuePaperWorld } from './venue-paper-world.ts';

export interface CcxtPaperOptions {
  readonly loaded: LoadedConfiguration;
  /** Where to look for the quoted market, and for the hedge. */
  readonly legs: readonly FeedLeg[];
  readonly isSandbox: boolean;
  readonly library: CcxtLibrary;
  readonly directory: string;
  readonly build: string;
  readonly probe: StageProbe;
  readonly onNote: (note: string) => void;
}

/** One instrument, and where its data comes from. */
interface Leg {
  readonly exchange: CcxtExchange;
  readonly market: CcxtMarket;
  readonly instrument: Instrument;
}

const RATE_DECIMALS = 8;

/**
 * Asks the exchange for its markets and a price, then builds the session. Throws a CcxtError or an
 * InstrumentError, with every connection closed again.
 */
export async function openCcxtPaper(options: CcxtPaperOptions): Promise<TradingSession> {
  const { library, isSandbox } = options;
  const exchanges = new Map<string, CcxtExchange>();
  const closeAll = (): void => {
    for (const exchange of exchanges.values()) {
      exchange.close().catch((error: unknown) => options.onNote(`while closing: ${String(error)}`));
    }
  };
  const exchangeOf = (id: string): CcxtExchange => {
    const known = exchanges.get(id) ?? openExchange(library, { id, isSandbox });
    exchanges.set(id, known);
    return known;
  };
  try {
    return await openOn(options, exchangeOf, closeAll);
  } catch (error) {
    closeAll();
    throw error;
  }
}

async function openOn(
  options: CcxtPaperOptions,
  exchangeOf: (id: string) => CcxtExchange,
  closeAll: () => void,
): Promise<TradingSession> {
  const { loaded, onNote } = options;
  const { configuration } = loaded;
  const [quotedPlace, hedgePlace] = options.legs as readonly [FeedLeg, FeedLeg];
  const places = configuration.hedge === 'perpetual' ? [quotedPlace, hedgePlace] : [quotedPlace];
  const legs: Leg[] = [];
  for (const [index, place] of places.entries()) {
    const market = index === 0 ? Market.SPOT : Market.PERPETUAL;
    legs.push(await findLeg(configuration, exchangeOf(place.exchange), place, market));
  }
  for (const { exchange, instrument } of legs) onNote(feesNote(exchange, instrument));
  const startPriceUnits = await bestBid(legs[0] as Leg);
  const instruments = legs.map((leg) => leg.instrument);
  const feed = `ccxt:${places.map((place) => place.exchange).join(',')}`;
  const setup = resolveSession(loaded, instruments, startPriceUnits, feed);
  const timers = new SystemTimers();
  const clock = new VirtualClock(timers.nowMicros());
  let openMarkets = legs.length;
  return openSession({
    worldName: 'paper',
    loaded,
    setup,
    directory: options.directory,
    build: options.build,
    probe: options.probe,
    buildWorld: (sink) =>
      new VenuePaperWorld({
        configuration,
        setup,
        clock,
        latency: buildLatency(configuration, null),
        sink,
        wall: timers,
        fees: PLAIN_FEES,
        openMarket: (instrument, into) => {
          const { exchange, market } = legs[instrument.index] as Leg;
          const data = new CcxtMarketData({
            exchange,
            market,
            instrument,
            timers,
            sink: into,
            onNote,
          });
          return closing(data, () => {
            openMarkets -= 1;
            if (openMarkets === 0) closeAll();
          });
        },
      }),
  });
}

/** The last market that stops closes the exchanges: two may share one. */
function closing(data: CcxtMarketData, onStopped: () => void): PublicMarket {
  return {
    start: () => data.start(),
    requestSnapshot: () => data.requestSnapshot(),
    stop: () => {
      data.stop();
      onStopped();
    },
  };
}

async function findLeg(
  configuration: Configuration,
  exchange: CcxtExchange,
  place: FeedLeg,
  kind: Market,
): Promise<Leg> {
  const { symbol } = configuration;
  const markets = await loadMarkets(exchange);
  const market = findMarket(exchange, markets, kind, place.symbol ?? symbol);
  if (capabilitiesOf(exchange, kind).book === 'NONE') {
    const where = `ccxt:${exchange.id} ${market.symbol}`;
    throw new InstrumentError('UNSUPPORTED_INSTRUMENT', { where }, 'there is no order book');
  }
  const isSpot = kind === Market.SPOT;
  const { fees } = configuration;
  const terms = termsOf(configuration, kind);
  const specification = specificationOf(exchange, market, kind, symbol);
  const instrument = defineInstrument(specification, {
    ...terms,
    // Tiers are Binance's: where the configuration names no rate, the venue's own list price counts.
    makerFeeRate:
      feeRate(isSpot ? fees.spotMakerBps : fees.perpMakerBps, market.maker) ?? terms.makerFeeRate,
    takerFeeRate:
      feeRate(isSpot ? fees.spotTakerBps : fees.perpTakerBps, market.taker) ?? terms.takerFeeRate,
    feeAsset: '',
    feeAssetDiscountRate: 0 as RateUnits,
  });
  return { exchange, market, instrument };
}

/** Null: the configuration says it, or nobody but the configured tier does. */
function feeRate(configured: string | number, listed: Numeric | undefined): RateUnits | null {
  if (configured !== 'tier' || listed === undefined) return null;
  return cutScaled(listed, RATE_DECIMALS) as RateUnits;
}

function feesNote(exchange: CcxtExchange, instrument: Instrument): string {
  const percent = (rate: RateUnits): string => `${rate / 1e6} %`;
  const { makerFeeRate, takerFeeRate, symbol } = instrument;
  const kind = instrument.market === Market.SPOT ? 'spot' : 'perpetual';
  return `${exchange.id} ${symbol} ${kind}: fees ${percent(makerFeeRate)} maker, ${percent(takerFeeRate)} taker; your account's own rates belong into the configuration`;
}

/** The best bid now, in 1e-8 quote. */
async function bestBid({ exchange, market, instrument }: Leg): Promise<PriceUnits> {
  return ask(exchange, `the order book of ${market.symbol}`, async () => {
    const isPolled = exchange.has['fetchOrderBook'] === true;
    const book = await (isPolled
      ? exchange.fetchOrderBook(market.symbol)
      : exchange.watchOrderBook(market.symbol));
    const price = book.bids[0]?.[0];
    if (price === undefined) throw new Error('nobody bids: there is no price to begin with');
    return (parseSteps(exactDecimal(price), instrument.tick) *
      instrument.priceUnitsPerTick) as PriceUnits;
  });
}
