/**
 * From a configuration file to everything a session needs, in engine units: instruments, limits,
 * balances, the engine's own configuration. The only place where worth in quote currency becomes
 * base units and lots, at the price the session starts at.
 */
import { readFileSync } from 'node:fs';
import {
  bundledInstrument,
  defineInstrument,
  InstrumentError,
  type InstrumentTerms,
  instrumentFromExchangeInfo,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import { accountStateSection } from '#adapters/config/account-state-section.ts';
import type { LoadedConfiguration } from '#adapters/config/config.ts';
import { type ConfigProblem, placeOf } from '#adapters/config/config-error.ts';
import type { Configuration } from '#adapters/config/configuration-schema.ts';
import { executionSection } from '#adapters/config/execution-section.ts';
import { findFeeTier, rateFromBps } from '#adapters/config/fee-tiers.ts';
import { hedgingSection } from '#adapters/config/hedging-section.ts';
import type { CustomInstrument } from '#adapters/config/instruments-section.ts';
import { marketDataSection } from '#adapters/config/market-data-section.ts';
import { opsSection } from '#adapters/config/ops-section.ts';
import { pricingSection } from '#adapters/config/pricing-section.ts';
import { riskSection } from '#adapters/config/risk-section.ts';
import type { EngineConfiguration } from '#contracts/configuration/engine-configuration.ts';
import type { OpsConfiguration } from '#contracts/configuration/ops-configuration.ts';
import { type Instrument, InstrumentRole, Market } from '#contracts/instrument.ts';
import type { RiskLimits } from '#contracts/risk-limits.ts';
import type { VenueBalances } from '#simulation/venue/venue.ts';
import { parseScaled } from '#units/decimal-text.ts';
import {
  ASSET_UNITS_PER_WHOLE,
  type AssetUnits,
  type InstrumentIndex,
  type PriceUnits,
  type QuantityLots,
  RATE_UNITS_PER_ONE,
  type RateUnits,
} from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';
import { uncountableAmount } from './countable-amounts.ts';

/** A configuration that is fine by itself does not fit this instrument or world. */
export class SessionSetupError extends Error {
  override readonly name = 'SessionSetupError';
  readonly code = 'BAD_CONFIGURATION';
  readonly where: string;
  readonly remedy: string;

  constructor(problem: ConfigProblem, options?: ErrorOptions) {
    super(problem.reason, options);
    this.where = placeOf(problem);
    this.remedy = problem.remedy;
  }
}

/** A session in engine units, before anything runs. Plain data: it is written into the journal. */
export interface SessionSetup {
  readonly symbol: string;
  readonly instance: string;
  readonly seed: number;
  readonly profile: string;
  readonly feeTier: string;
  readonly feed: string;
  readonly configVersion: number;
  readonly configHash: string;
  /** The user's model file, seen from the folder the session was started in; "" for none. */
  readonly modelFile: string;
  /** SHA-256 of its content when the session began; absent without a user's model. */
  readonly modelSha256?: string;
  readonly startPriceUnits: PriceUnits;
  readonly instruments: readonly Instrument[];
  readonly limits: RiskLimits;
  readonly balances: VenueBalances;
  readonly engine: EngineConfiguration;
}

/** Instruments of a session: index 0 is quoted, index 1 hedges (when the session hedges). */
export function resolveInstruments(
  loaded: LoadedConfiguration,
  withHedge: boolean,
): readonly Instrument[] {
  const quoted = findInstrument(loaded, Market.SPOT);
  if (!withHedge) return [quoted];
  return [quoted, findInstrument(loaded, Market.PERPETUAL)];
}

/**
 * The same with the rules that the venue has now: its exchangeInfo answers (parsed JSON) in the order
 * spot, perpetual. Throws an InstrumentError when a symbol is not there or an answer is none.
 */
export function resolveVenueInstruments(
  loaded: LoadedConfiguration,
  exchangeInfos: readonly unknown[],
): readonly Instrument[] {
  const { configuration } = loaded;
  return exchangeInfos.map((answer, index) => {
    const market = index === 0 ? Market.SPOT : Market.PERPETUAL;
    const place = termsOf(configuration, market);
    return instrumentFromExchangeInfo(answer, market, configuration.symbol, place);
  });
}

/**
 * Resolves a configuration at a start price (1e-8 quote per base, above zero). Throws a
 * SessionSetupError for an amount that cannot be counted or traded at that price.
 */
export function resolveSession(
  loaded: LoadedConfiguration,
  instruments: readonly Instrument[],
  startPriceUnits: PriceUnits,
  feed: string,
): SessionSetup {
  const { configuration } = loaded;
  const quoted = instruments[0] as Instrument;
  const hedge = instruments[1] ?? null;
  const problem = uncountableAmount(loaded, quoted, startPriceUnits);
  if (problem !== null) throw new SessionSetupError(problem);
  const toBase = (quoteUnits: number): AssetUnits => baseUnitsWorth(quoteUnits, startPriceUnits);
  const toStock = (quoteUnits: number): AssetUnits => wholeLots(toBase(quoteUnits), quoted);
  const target = toStock(configuration.inventory.targetNotional);
  return {
    symbol: configuration.symbol,
    instance: configuration.instance,
    seed: configuration.seed,
    profile: configuration.profile,
    feeTier: configuration.fees.tier,
    feed,
    configVersion: configuration.version,
    configHash: loaded.hash,
    modelFile: loaded.model?.name ?? configuration.modelFile,
    ...(loaded.model === null ? {} : { modelSha256: loaded.model.sha256 }),
    startPriceUnits,
    instruments,
    limits: resolveLimits(configuration, instruments, startPriceUnits),
    balances: resolveBalances(configuration, hedge, target, toStock, startPriceUnits),
    engine: resolveEngine(configuration, hedge !== null, target, toStock),
  };
}

function resolveEngine(
  configuration: Configuration,
  hasHedge: boolean,
  targetSpotBaseUnits: AssetUnits,
  toStock: (quoteUnits: number) => AssetUnits,
): EngineConfiguration {
  const targetDeltaBaseUnits = (hasHedge ? 0 : targetSpotBaseUnits) as AssetUnits;
  return {
    hasHedge,
    inventory: {
      targetSpotBaseUnits,
      maxDeviationBaseUnits: toStock(configuration.inventory.maxDeviationNotional),
      targetDeltaBaseUnits,
    },
    marketData: marketDataSection.toConfiguration(configuration.marketData),
    accountState: accountStateSection.toConfiguration(configuration.accountState),
    risk: {
      ...riskSection.toConfiguration(configuration.risk),
      initialMarginBps: Math.ceil(10_000 / configuration.account.leverage),
      targetDeltaBaseUnits,
    },
    pricing: {
      ...pricingSection.toConfiguration(configuration.pricing),
      parameterVersion: configuration.version,
      profile: configuration.profile,
      requireHedgeMarket: hasHedge,
    },
    execution: executionSection.toConfiguration(configuration.execution),
    hedging: {
      ...hedgingSection.toConfiguration(configuration.hedging),
      isEnabled: hasHedge,
      initialMarginRate: Math.ceil(
        RATE_UNITS_PER_ONE / configuration.account.leverage,
      ) as RateUnits,
    },
    ops: resolveOps(configuration, hasHedge),
  };
}

/** Hard bands of net delta that stop the session when they last: far beyond what hedging leaves. */
const DELTA_LIMIT_HARD_BANDS = 3;

/** Ops as configured; a delta limit of zero becomes three hard bands of the hedger. */
function resolveOps(configuration: Configuration, hasHedge: boolean): OpsConfiguration {
  const ops = opsSection.toConfiguration(configuration.ops);
  if (!hasHedge || ops.deltaLimitQuoteUnits > 0) return ops;
  const { bandMaxQuoteUnits, hardRatio } = hedgingSection.toConfiguration(configuration.hedging);
  const deltaLimitQuoteUnits = Math.ceil(DELTA_LIMIT_HARD_BANDS * hardRatio * bandMaxQuoteUnits);
  return { ...ops, deltaLimitQuoteUnits: deltaLimitQuoteUnits as AssetUnits };
}

function resolveLimits(
  configuration: Configuration,
  instruments: readonly Instrument[],
  startPriceUnits: PriceUnits,
): RiskLimits {
  const { limits } = configuration;
  const toBase = (quoteUnits: number): AssetUnits => baseUnitsWorth(quoteUnits, startPriceUnits);
  const byRole = <T>(quoted: T, hedge: T): T[] =>
    instruments.map((one) => (one.role === InstrumentRole.QUOTED ? quoted : hedge));
  // The notional cap holds at any price; the lot cap is twice that at the start price: fat fingers.
  const lots = (instrument: Instrument, quoteUnits: number): QuantityLots =>
    Math.floor((2 * toBase(quoteUnits)) / instrument.baseUnitsPerLot) as QuantityLots;
  return {
    maxOrderLots: instruments.map((one) =>
      lots(
        one,
        one.role === InstrumentRole.QUOTED ? limits.maxOrderNotional : limits.maxHedgeOrderNotional,
      ),
    ),
    maxOrderNotionalUnits: byRole(limits.maxOrderNotional, limits.maxHedgeOrderNotional),
    maxOpenOrders: byRole(limits.maxOpenOrders, limits.maxHedgeOpenOrders),
    maxLongBaseUnits: byRole(toBase(limits.maxLongNotional), toBase(limits.maxPerpNotional)),
    maxShortBaseUnits: byRole(0 as AssetUnits, toBase(limits.maxPerpNotional)),
    maxGrossNotionalUnits: limits.maxGrossNotional,
    priceCollarBps: limits.priceCollarBps,
    referenceAgeMaxMicros: limits.referenceAgeMax,
    ordersPerTenSeconds: byRole(limits.ordersPerTenSeconds, limits.hedgeOrdersPerTenSeconds),
    reservedForHedges: limits.reservedForHedges,
    balanceReserveBps: limits.balanceReserveBps,
    safetyMarginBps: limits.safetyMarginBps,
  };
}

function resolveBalances(
  configuration: Configuration,
  hedge: Instrument | null,
  targetSpotBaseUnits: AssetUnits,
  toStock: (quoteUnits: number) => AssetUnits,
  startPriceUnits: PriceUnits,
): VenueBalances {
  const { account } = configuration;
  const matched = hedge !== null && account.startPosition === 'matched';
  return {
    baseUnits: toStock(account.baseNotional),
    quoteUnits: account.quote,
    feeAssetUnits: account.feeAsset,
    marginUnits: account.margin,
    ...(matched
      ? {
          positionLots: -Math.floor(targetSpotBaseUnits / hedge.baseUnitsPerLot) as QuantityLots,
          entryPriceUnits: startPriceUnits,
        }
      : {}),
  };
}

function baseUnitsWorth(quoteUnits: number, priceUnits: PriceUnits): AssetUnits {
  return multiplyDivide(quoteUnits, ASSET_UNITS_PER_WHOLE, priceUnits, Rounding.DOWN) as AssetUnits;
}

function wholeLots(units: AssetUnits, instrument: Instrument): AssetUnits {
  return (units - (units % instrument.baseUnitsPerLot)) as AssetUnits;
}

/** Our place for an instrument and our account's fees, by the configuration. */
export function termsOf(configuration: Configuration, market: Market): InstrumentTerms {
  const { fees } = configuration;
  // The venue applies the discount of a "+BNB" tier itself, fill by fill, while the asset lasts.
  const tier = findFeeTier(fees.tier.split('+')[0] ?? '');
  if (tier === null) throw new RangeError(`unknown fee tier ${fees.tier}`);
  const isSpot = market === Market.SPOT;
  const paysInFeeAsset = isSpot && fees.tier.toUpperCase().endsWith('+BNB');
  const maker = isSpot ? fees.spotMakerBps : fees.perpMakerBps;
  const taker = isSpot ? fees.spotTakerBps : fees.perpTakerBps;
  return {
    index: (isSpot ? 0 : 1) as InstrumentIndex,
    role: isSpot ? InstrumentRole.QUOTED : InstrumentRole.HEDGE,
    version: 1,
    makerFeeRate: rateFromBps(
      maker === 'tier' ? (isSpot ? tier.spotMakerBps : tier.perpMakerBps) : maker,
    ),
    takerFeeRate: rateFromBps(
      taker === 'tier' ? (isSpot ? tier.spotTakerBps : tier.perpTakerBps) : taker,
    ),
    feeAsset: paysInFeeAsset ? 'BNB' : '',
    feeAssetDiscountRate: (paysInFeeAsset
      ? Math.round((1 - tier.spotFeeAssetFactor) * RATE_UNITS_PER_ONE)
      : 0) as RateUnits,
  };
}

function findInstrument(loaded: LoadedConfiguration, market: Market): Instrument {
  const { configuration } = loaded;
  const { instruments, symbol } = configuration;
  const instrumentTerms = termsOf(configuration, market);
  const isSpot = market === Market.SPOT;
  const marketName = isSpot ? 'spot' : 'perpetual';
  const custom = instruments.custom.find(
    (one) => one.symbol === symbol && one.market === marketName,
  );
  if (custom !== undefined) return defineInstrument(specification(custom, market), instrumentTerms);
  const source = isSpot ? instruments.spotExchangeInfo : instruments.perpetualExchangeInfo;
  if (source === 'bundled') return bundledInstrument(market, symbol, instrumentTerms);
  const text = readFileSync(source, 'utf8');
  try {
    return instrumentFromExchangeInfo(JSON.parse(text), market, symbol, instrumentTerms);
  } catch (error) {
    const isJson = !(error instanceof SyntaxError);
    if (isJson && !(error instanceof InstrumentError && error.code === 'BAD_EXCHANGE_INFO')) {
      throw error;
    }
    throw new SessionSetupError(
      loaded.problemAt(
        isSpot ? 'instruments.spotExchangeInfo' : 'instruments.perpetualExchangeInfo',
        `${source}: ${isJson ? '' : 'this is not JSON: '}${error.message}`,
        `Fetch ${isSpot ? 'GET /api/v3/exchangeInfo' : 'GET /fapi/v1/exchangeInfo'} into this file anew, or write bundled`,
      ),
      { cause: error },
    );
  }
}

function specification(custom: CustomInstrument, market: Market) {
  const defined = Object.entries(custom).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(defined) as unknown as CustomInstrumentDefined), market };
}

type CustomInstrumentDefined = Parameters<typeof defineInstrument>[0];

/** Prices at which the synthetic market of a bundled symbol starts: round, recent, and only that. */
const BUNDLED_START_PRICES: Readonly<Record<string, string>> = {
  DOGEUSDT: '0.16',
  BTCUSDT: '90000',
  ETHUSDT: '3000',
};

/** Start price of the synthetic market in 1e-8 quote, or null when the configuration must say it. */
export function syntheticStartPrice(configuration: Configuration): PriceUnits | null {
  const { startPrice } = configuration.simulation;
  const text = startPrice === 'auto' ? BUNDLED_START_PRICES[configuration.symbol] : startPrice;
  return text === undefined ? null : (parseScaled(text, 8) as PriceUnits);
}
