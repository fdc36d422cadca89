import type { Instrument } from '#contracts/instrument.ts';
import { CommissionAsset, Side } from '#contracts/order.ts';
import { formatScaled, formatSteps } from '#units/decimal-text.ts';
import { type FillRecord, MARKOUT_HORIZONS_MICROS, markoutTicks } from './fill-tape.ts';

const HEADER = [
  'sequence',
  'timeMicros',
  'market',
  'symbol',
  'clientOrderId',
  'tradeId',
  'side',
  'price',
  'quantity',
  'liquidity',
  'commission',
  'commissionAsset',
  'midTicks',
  ...MARKOUT_HORIZONS_MICROS.map((micros) => `markoutTicks${micros / 1e6}s`),
].join(',');

/** Every own fill as CSV, one line each, oldest first. Unknown markouts are empty. */
export function fillsCsv(fills: readonly FillRecord[], instruments: readonly Instrument[]): string {
  const lines = fills.map((fill) => line(fill, instruments[fill.instrument] as Instrument));
  return `${[HEADER, ...lines].join('\n')}\n`;
}

function line(fill: FillRecord, instrument: Instrument): string {
  const markouts = MARKOUT_HORIZONS_MICROS.map((_, index) => {
    const ticks = markoutTicks(fill, index);
    return Number.isNaN(ticks) ? '' : String(ticks);
  });
  return [
    fill.sequence,
    fill.atMicros,
    instrument.market === 0 ? 'spot' : 'perpetual',
    instrument.symbol,
    fill.clientOrderId,
    fill.tradeId,
    fill.side === Side.BUY ? 'BUY' : 'SELL',
    formatSteps(fill.priceTicks, instrument.tick),
    formatSteps(fill.lots, instrument.step),
    fill.isMaker ? 'MAKER' : 'TAKER',
    formatScaled(fill.commissionUnits, 8),
    commissionName(fill.commissionAsset, instrument),
    fill.midHalfTicks / 2,
    ...markouts,
  ].join(',');
}

function commissionName(asset: CommissionAsset, instrument: Instrument): string {
  switch (asset) {
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
