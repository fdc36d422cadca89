import type { ChainFill, OrderChain } from '#apps/dashboard/protocol.ts';
import type { SessionSetup } from '#compose/session-setup.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { notionalUnits } from '#contracts/instrument-arithmetic.ts';
import { CommissionAsset, Side } from '#contracts/order.ts';
import { type FillRecord, MARKOUT_HORIZONS_MICROS } from '#research/measure/fill-tape.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import { Rounding } from '#units/multiply-divide.ts';
import { markoutBps } from './quality-state.ts';
import { type SessionTape, sideName } from './session-tape.ts';
import { amountText, ratioBps } from './units-text.ts';

export interface ChainView {
  readonly tape: SessionTape;
  readonly fills: readonly FillRecord[];
  readonly setup: SessionSetup;
}

/** One order from decision to hedge, from what is remembered; null when it is not. */
export function orderChain(view: ChainView, orderId: number): OrderChain | null {
  const { tape, setup } = view;
  const order = tape.order(orderId);
  const own = new Set([orderId]);
  const entries = tape.entriesOf(own);
  if (order === null && entries.length === 0) return null;
  const isQuote = order !== null && order.layer !== 'HEDGE';
  const obligationId = order?.obligationId ?? 0;
  const hedges =
    isQuote && obligationId > 0
      ? new Set(tape.ordersOfObligation(obligationId).map((hedge) => hedge.orderId))
      : new Set<number>();
  const hedgeRecords = view.fills.filter((fill) => hedges.has(fill.clientOrderId));
  return {
    orderId,
    decision: order?.decision ?? null,
    queueAtEntry:
      order === null || order.queueAhead < 0
        ? null
        : { aheadLots: order.queueAhead, levelLots: order.queueLevel },
    entries,
    fills: view.fills
      .filter((fill) => fill.clientOrderId === orderId)
      .map((fill) => chainFill(fill, setup)),
    obligationId,
    hedgeEntries: tape.entriesOf(hedges),
    hedgeFills: hedgeRecords.map((fill) => chainFill(fill, setup)),
    hedgeCostBps: hedgeCostBps(hedgeRecords, setup.instruments),
    configVersion: setup.configVersion,
    configHash: setup.configHash,
  };
}

function chainFill(fill: FillRecord, setup: SessionSetup): ChainFill {
  return {
    orderId: fill.clientOrderId,
    instrument: fill.instrument,
    atMicros: fill.atMicros,
    side: sideName(fill.side),
    priceTicks: fill.priceTicks,
    lots: fill.lots,
    isMaker: fill.isMaker,
    fee: amountText(fill.commissionUnits),
    feeAsset: feeAssetOf(fill, setup.instruments[fill.instrument]),
    midTicks: fill.midHalfTicks / 2,
    markouts: MARKOUT_HORIZONS_MICROS.map((horizonMicros, horizon) => ({
      seconds: horizonMicros / MICROS_PER_SECOND,
      bps: markoutBps(fill, horizon),
    })),
  };
}

function feeAssetOf(fill: FillRecord, instrument: Instrument | undefined): string {
  if (instrument === undefined) return '';
  switch (fill.commissionAsset) {
    case CommissionAsset.BASE:
      return instrument.baseAsset;
    case CommissionAsset.QUOTE:
    case CommissionAsset.MARGIN:
      return instrument.quoteAsset;
    case CommissionAsset.FEE_ASSET:
      return instrument.feeAsset;
    case CommissionAsset.NONE:
      return '';
  }
}

/** Distance from the mid at the fill plus commission, over notional, bp. */
function hedgeCostBps(
  fills: readonly FillRecord[],
  instruments: readonly Instrument[],
): number | null {
  let cost = 0;
  let notional = 0;
  for (const fill of fills) {
    const instrument = instruments[fill.instrument];
    if (instrument === undefined) continue;
    const traded = notionalUnits(instrument, fill.priceTicks, fill.lots, Rounding.DOWN);
    const mid = fill.midHalfTicks / 2;
    const away = fill.side === Side.BUY ? fill.priceTicks - mid : mid - fill.priceTicks;
    cost += (traded * away) / fill.priceTicks + fill.commissionUnits;
    notional += traded;
  }
  return ratioBps(cost, notional);
}
