import type { Instrument } from '#contracts/instrument.ts';
import { Side } from '#contracts/order.ts';
import type { InstrumentTable } from '#contracts/ports.ts';
import type { PositionState } from '#contracts/position-state.ts';
import type { InstrumentIndex } from '#units/integers.ts';
import type { Exposure } from './exposure.ts';
import type { Lease } from './lease.ts';
import type { PessimisticReservation } from './pessimistic-reservation.ts';
import type { TokenBucketLimiter } from './token-bucket-limiter.ts';

/** One limit and how much of it is used, in the unit its name ends with. */
export interface UsageRow {
  readonly name: string;
  readonly used: number;
  readonly allowed: number;
}

interface RiskUsageOptions {
  readonly instruments: InstrumentTable;
  readonly position: PositionState;
  readonly lease: Lease;
  readonly exposure: Exposure;
  readonly reservations: PessimisticReservation;
  readonly limiters: readonly TokenBucketLimiter[];
}

/** All limits with their use, for pages and reports. Allocates: not for the hot path. */
export function usageRows(options: RiskUsageOptions, nowMicros: number): readonly UsageRow[] {
  const { instruments, position, lease, exposure, reservations } = options;
  const rows: UsageRow[] = [];
  for (let index = 0; index < instruments.count; index++) {
    const instrument = instruments.get(index as InstrumentIndex);
    if (instrument !== null) rows.push(...instrumentRows(options, instrument, nowMicros));
  }
  rows.push(
    {
      name: 'gross notional quoteUnits',
      used: exposure.grossNotionalUnits(),
      allowed: lease.maxGrossNotionalUnits,
    },
    {
      name: 'reserved quoteUnits',
      used: reservations.reservedQuoteUnits,
      allowed: position.totalQuoteUnits,
    },
    {
      name: 'reserved baseUnits',
      used: reservations.reservedBaseUnits,
      allowed: position.spotBaseUnits,
    },
  );
  return rows;
}

function instrumentRows(
  options: RiskUsageOptions,
  instrument: Instrument,
  nowMicros: number,
): readonly UsageRow[] {
  const { lease, exposure, reservations, limiters } = options;
  const { index, symbol, market } = instrument;
  const label = `${symbol} ${market === 0 ? 'spot' : 'perpetual'}`;
  return [
    {
      name: `${label} long baseUnits`,
      used: exposure.worstBaseUnits(instrument, Side.BUY, 0),
      allowed: lease.maxLongBaseUnits[index] ?? 0,
    },
    {
      name: `${label} short baseUnits`,
      used: exposure.worstBaseUnits(instrument, Side.SELL, 0),
      allowed: lease.maxShortBaseUnits[index] ?? 0,
    },
    {
      name: `${label} open orders`,
      used: reservations.openOrders[index] ?? 0,
      allowed: lease.maxOpenOrders[index] ?? 0,
    },
    {
      name: `${label} placements in ten seconds`,
      used: limiters[index]?.count(nowMicros) ?? 0,
      allowed: lease.ordersPerTenSeconds[index] ?? 0,
    },
  ];
}
