import type { PnlRow, PositionRow } from '#apps/dashboard/protocol.ts';
import type { Engine } from '#compose/engine.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { MarketSnapshot } from '#contracts/market-snapshot.ts';
import type { PositionState } from '#contracts/position-state.ts';
import type { SeriesSample } from '#research/measure/session-series.ts';
import { MICROS_PER_SECOND, RATE_UNITS_PER_BP } from '#units/integers.ts';
import { amountText, ratioBps, wholeAssets } from './units-text.ts';

const BLOCK_MICROS = 60 * MICROS_PER_SECOND;
const BLOCKS_LEAST = 8;
/** Two-sided 90 % of a normal distribution. */
const NORMAL_90 = 1.645;

/** What is held, with the band the net delta is kept in. */
export function positionRow(engine: Engine, hasHedge: boolean): PositionRow {
  const { position } = engine.accountState;
  const { quoted, hedge } = engine.marketData.markets;
  const bandUnits = engine.hedging.counters.bandUnits;
  const base = position.netDeltaBaseUnits;
  // The quote value of the band uses the price at which the delta itself was valued.
  const quotePerBase = base === 0 ? 0 : position.netDeltaQuoteUnits / base;
  const price = quotePerBase === 0 ? midPriceOf(engine, quoted) : quotePerBase;
  return {
    isReconciled: position.isReconciled,
    spotBase: amountText(position.spotBaseUnits),
    perpBase: amountText(position.perpBaseUnits),
    deltaBase: amountText(base),
    deltaQuote: amountText(position.netDeltaQuoteUnits),
    bandBase: amountText(bandUnits),
    bandQuote: amountText(bandUnits * price),
    inventoryRatio: position.inventoryRatio,
    freeQuote: amountText(position.freeQuoteUnits),
    marginFree: amountText(position.marginFreeUnits),
    marginWallet: amountText(position.marginWalletUnits),
    fundingBps: hasHedge ? hedge.fundingRate / RATE_UNITS_PER_BP : null,
    nextFundingMicros: hasHedge ? hedge.nextFundingMicros : 0,
  };
}

/** Quote per base at the mid, as a real number. */
function midPriceOf(engine: Engine, snapshot: MarketSnapshot): number {
  const instrument = engine.reference.instruments.get(snapshot.instrument);
  return instrument === null ? 0 : priceOf(instrument, snapshot.midHalfTicks / 2);
}

function priceOf(instrument: Instrument, ticks: number): number {
  return wholeAssets(ticks * instrument.priceUnitsPerTick);
}

/** PnL by its parts, all of them exact, with the window and what it would be worth if sold now. */
export function pnlRow(engine: Engine, windowMicros: number, intervalUnits: number | null): PnlRow {
  const { pnl, counters } = engine.accountState;
  const { quoting, hedge } = counters;
  const turnoverUnits = quoting.notionalUnits + hedge.notionalUnits;
  const beforeFees = pnl.totalUnits + counters.quotingMakerFeesUnits;
  return {
    total: amountText(pnl.totalUnits),
    spreadCapture: amountText(pnl.spreadCaptureUnits),
    inventory: amountText(pnl.inventoryUnits),
    hedgeExecution: amountText(pnl.hedgeExecutionUnits),
    fees: amountText(pnl.feesUnits),
    funding: amountText(pnl.fundingUnits),
    residual: amountText(pnl.residualUnits),
    turnover: amountText(turnoverUnits),
    interval: intervalUnits === null ? null : amountText(intervalUnits),
    atLiquidation: amountText(pnl.totalUnits - liquidationCostUnits(engine)),
    quotingFills: quoting.count,
    hedgeFills: hedge.count,
    windowMicros,
    breakEvenMakerFeeBps: ratioBps(beforeFees, quoting.makerNotionalUnits),
    paidMakerFeeBps: ratioBps(counters.quotingMakerFeesUnits, quoting.makerNotionalUnits),
  };
}

/** Half a spread on everything held: the mid is not a price one can sell at. */
function liquidationCostUnits(engine: Engine): number {
  const { position } = engine.accountState;
  const { quoted, hedge } = engine.marketData.markets;
  return (
    halfSpreadUnits(engine, quoted, position.spotBaseUnits) +
    halfSpreadUnits(engine, hedge, position.perpBaseUnits)
  );
}

function halfSpreadUnits(engine: Engine, snapshot: MarketSnapshot, baseUnits: number): number {
  const instrument = engine.reference.instruments.get(snapshot.instrument);
  if (instrument === null) return 0;
  return Math.abs(baseUnits) * priceOf(instrument, snapshot.spreadTicks / 2);
}

/** Cost of closing the net delta on the hedge market now: half its spread and its taker fee. */
export function flattenCost(
  engine: Engine,
  hedgeInstrument: Instrument | null,
): { readonly bps: number; readonly units: number } | null {
  const { hedge } = engine.marketData.markets;
  if (hedgeInstrument === null || hedge.midHalfTicks === 0) return null;
  const position: PositionState = engine.accountState.position;
  const halfSpreadBps = (hedge.spreadTicks / hedge.midHalfTicks) * 10_000;
  const bps = halfSpreadBps + hedgeInstrument.takerFeeRate / RATE_UNITS_PER_BP;
  return { bps, units: (Math.abs(position.netDeltaQuoteUnits) * bps) / 10_000 };
}

/**
 * 90 % half width of the total PnL from blocks of a minute, taken as independent. Null with fewer
 * than eight blocks that moved: then nobody can say.
 */
export function pnlIntervalUnits(samples: readonly SeriesSample[]): number | null {
  const gains: number[] = [];
  let blockEnd = Number.NEGATIVE_INFINITY;
  let before = 0;
  for (const sample of samples) {
    if (sample.atMicros < blockEnd) continue;
    if (blockEnd !== Number.NEGATIVE_INFINITY) gains.push(sample.totalUnits - before);
    before = sample.totalUnits;
    blockEnd = sample.atMicros + BLOCK_MICROS;
  }
  if (gains.filter((gain) => gain !== 0).length < BLOCKS_LEAST) return null;
  const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
  const squares = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0);
  return NORMAL_90 * Math.sqrt((squares / (gains.length - 1)) * gains.length);
}
