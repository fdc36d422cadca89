import type { EdgeRow, QuotesState, ReasonUnit, SideState } from '#apps/dashboard/protocol.ts';
import { Side } from '#contracts/order.ts';
import {
  type EdgeStack,
  NoQuoteReason,
  type QuoteSet,
  type QuoteSide,
} from '#contracts/quote-set.ts';
import { noQuoteReasonName, toxicityName } from './code-names.ts';
import { wholeAssets } from './units-text.ts';

const NOT_YET: SideState = {
  reason: 'WARMING_UP',
  needed: 1,
  available: 0,
  unit: 'none',
  layers: 0,
  topTicks: 0,
  edge: null,
};

/** Before the first turn nothing was priced. */
const NO_QUOTES: QuotesState = {
  bid: NOT_YET,
  ask: NOT_YET,
  fairTicks: 0,
  hedgeFairTicks: 0,
  halfSpreadTicks: 0,
  skewTicks: 0,
  volatilityTicks: 0,
  toxicity: 'LOW',
  toxicitySignal: 0,
  confidence: 0,
  parameterVersion: 0,
};

/** The quotes we want to be showing, copied; null before the session's first turn. */
export function quotesState(quotes: QuoteSet | null): QuotesState {
  if (quotes === null) return NO_QUOTES;
  return {
    bid: sideState(quotes.bid),
    ask: sideState(quotes.ask),
    fairTicks: quotes.fairTicks,
    hedgeFairTicks: quotes.hedgeImpliedFairTicks,
    halfSpreadTicks: quotes.halfSpreadTicks,
    skewTicks: quotes.skewTicks,
    volatilityTicks: quotes.volatilityTicks,
    toxicity: toxicityName(quotes.toxicity),
    toxicitySignal: quotes.toxicitySignal,
    confidence: quotes.confidence,
    parameterVersion: quotes.parameterVersion,
  };
}

function sideState(side: QuoteSide): SideState {
  const quoted = side.levels.filter((level) => level.quantityLots > 0);
  const top = quoted[0];
  const unit = reasonUnit(side);
  return {
    reason: noQuoteReasonName(side.reason),
    needed: inWholes(side.needed, unit),
    available: inWholes(side.available, unit),
    unit,
    layers: quoted.length,
    topTicks: top?.priceTicks ?? 0,
    edge: top === undefined ? null : edgeRow(top.edge),
  };
}

export function edgeRow(edge: EdgeStack): EdgeRow {
  return {
    makerFeeBps: edge.makerFeeBps,
    adverseSelectionBps: edge.adverseSelectionBps,
    staleCostBps: edge.staleCostBps,
    hedgeCostBps: edge.hedgeCostBps,
    fundingBasisBps: edge.fundingBasisBps,
    inventorySkewBps: edge.inventorySkewBps,
    marginBps: edge.marginBps,
    distanceBps: edge.distanceBps,
  };
}

/** What one fill costs by this stack: fee, adverse selection, staleness, hedge, funding. */
export function fillCostBps(edge: EdgeRow): number {
  return (
    edge.makerFeeBps +
    edge.adverseSelectionBps +
    edge.staleCostBps +
    edge.hedgeCostBps +
    edge.fundingBasisBps
  );
}

/** Unit of needed and available, as `NoQuoteReason` documents it. */
function reasonUnit({ reason, side }: QuoteSide): ReasonUnit {
  switch (reason) {
    case NoQuoteReason.STALE_MARKET:
    case NoQuoteReason.STALE_HEDGE_MARKET:
    case NoQuoteReason.BLIND_ON_FILLS:
    case NoQuoteReason.CALENDAR:
      return 'micros';
    case NoQuoteReason.FAIR_OUTSIDE_BAND:
    case NoQuoteReason.PERP_LED_MOVE:
    case NoQuoteReason.OUTSIDE_FITTED_BAND:
      return 'ticks';
    case NoQuoteReason.TOXIC_FLOW:
      return 'ratio';
    case NoQuoteReason.INVENTORY_LIMIT:
      return 'lots';
    case NoQuoteReason.FEE_FLOOR:
    case NoQuoteReason.PULLED_BY_HEALTH:
      return 'bps';
    case NoQuoteReason.BELOW_MIN_NOTIONAL:
      return 'quote';
    case NoQuoteReason.NO_BALANCE:
      return side === Side.BUY ? 'quote' : 'base';
    case NoQuoteReason.NONE:
    case NoQuoteReason.WARMING_UP:
    case NoQuoteReason.NOT_TRADING:
    case NoQuoteReason.PULLED_BY_OPERATOR:
    case NoQuoteReason.NO_LEASE:
    case NoQuoteReason.KILLED:
    case NoQuoteReason.SELF_CROSS:
      return 'none';
  }
}

function inWholes(value: number, unit: ReasonUnit): number {
  return unit === 'quote' || unit === 'base' ? wholeAssets(value) : value;
}
