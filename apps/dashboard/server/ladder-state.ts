import type { LadderState, OwnOrderRow } from '#apps/dashboard/protocol.ts';
import type { Engine } from '#compose/engine.ts';
import type { TradingWorld } from '#compose/trading-world.ts';
import type { DepthLevels, MarketSnapshot } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import { MICROS_PER_MILLI } from '#units/integers.ts';
import { layerName, orderStateName } from './code-names.ts';
import { type FillRates, restingSideOf } from './fill-rates.ts';
import { sideName } from './session-tape.ts';

export interface LadderView {
  readonly engine: Engine;
  readonly world: TradingWorld;
  readonly rates: FillRates;
  readonly fairTicks: number;
  readonly makerFeeBps: number;
}

/** The quoted book with our orders in it. Allocates: a few times a second. */
export function ladderState(view: LadderView, nowMicros: number): LadderState {
  const { quoted } = view.engine.marketData.markets;
  return {
    isLive: !quoted.isStale,
    bidTicks: column(quoted.bids, quoted.bids.pricesTicks),
    bidLots: column(quoted.bids, quoted.bids.quantitiesLots),
    askTicks: column(quoted.asks, quoted.asks.pricesTicks),
    askLots: column(quoted.asks, quoted.asks.quantitiesLots),
    lastTradeTicks: quoted.lastTradePriceTicks,
    lastTradeSide: sideName(restingSideOf(quoted.lastTradeSide)),
    own: ownOrders(view, quoted, nowMicros),
  };
}

function ownOrders(
  view: LadderView,
  quoted: MarketSnapshot,
  nowMicros: number,
): readonly OwnOrderRow[] {
  const { engine, world, rates, fairTicks, makerFeeBps } = view;
  const { openOrders } = engine.execution;
  const rows: OwnOrderRow[] = [];
  for (let index = 0; index < openOrders.count; index++) {
    const order = openOrders.at(index);
    if (order.instrument !== quoted.instrument) continue;
    const isBid = order.side === Side.BUY;
    const leavesLots = order.quantityLots - order.filledLots;
    const levels = isBid ? quoted.bids : quoted.asks;
    const othersLots = lotsAt(levels, order.priceTicks);
    const inSight = isInSight(levels, order.priceTicks, isBid);
    const trueAhead = world.queueAheadLots(order.instrument, order.clientOrderId);
    const aheadLots = trueAhead >= 0 ? trueAhead : order.aheadLots;
    const distance = isBid ? fairTicks - order.priceTicks : order.priceTicks - fairTicks;
    const midTicks = quoted.midHalfTicks / 2;
    const midDistance = isBid ? midTicks - order.priceTicks : order.priceTicks - midTicks;
    rows.push({
      orderId: order.clientOrderId,
      side: sideName(order.side),
      layer: layerName(order.layer),
      state: orderStateName(order.state),
      priceTicks: order.priceTicks,
      leavesLots,
      aheadLots,
      levelLots: inSight ? Math.max(othersLots, aheadLots) + leavesLots : 0,
      ageMillis: (nowMicros - order.placedAtMicros) / MICROS_PER_MILLI,
      edgeBps: fairTicks > 0 ? (distance / fairTicks) * 10_000 - makerFeeBps : null,
      fillSeconds: rates.secondsFor(
        order.side,
        midDistance,
        Math.max(0, aheadLots) + leavesLots,
        nowMicros,
      ),
    });
  }
  return rows;
}

/** True when the visible levels reach this price: what is not shown there is not there. */
function isInSight(levels: DepthLevels, priceTicks: number, isBid: boolean): boolean {
  const worst = levels.pricesTicks[levels.count - 1];
  if (levels.count === 0 || worst === undefined) return false;
  return isBid ? priceTicks >= worst : priceTicks <= worst;
}

/** Lots of others at a price; 0 when there are none, or none in sight. */
export function lotsAt(levels: DepthLevels, priceTicks: number): number {
  for (let level = 0; level < levels.count; level++) {
    if (levels.pricesTicks[level] === priceTicks) return levels.quantitiesLots[level] as number;
  }
  return 0;
}

function column(levels: DepthLevels, values: Float64Array): readonly number[] {
  return Array.from(values.subarray(0, levels.count));
}
