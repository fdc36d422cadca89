/**
 * What the venue allows per window, and what each request takes of it, as the auditor knows it by heart:
 * neither the engine nor the simulated venue is asked.
 */
import { CommandKind } from '#contracts/commands.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import type { OrderRateLimit } from './auditor-inputs.ts';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const DAY = 86_400 * SECOND;

/** Weight that one address may use in a minute. */
export const WEIGHT_PER_MINUTE: Readonly<Record<Market, number>> = {
  [Market.SPOT]: 6_000,
  [Market.PERPETUAL]: 2_400,
};

/** Spot 100 in 10 s and 200 000 a day; perpetual 300 in 10 s and 1200 a minute. */
export function venueOrderRates(instruments: readonly Instrument[]): OrderRateLimit[] {
  return instruments.flatMap(({ index: instrument, market }) =>
    market === Market.SPOT
      ? [
          { instrument, intervalMicros: 10 * SECOND, limit: 100 },
          { instrument, intervalMicros: DAY, limit: 200_000 },
        ]
      : [
          { instrument, intervalMicros: 10 * SECOND, limit: 300 },
          { instrument, intervalMicros: MINUTE, limit: 1_200 },
        ],
  );
}

/**
 * Listed weight of a request. Spot gives it back when an order or a cancel succeeds: not counted on.
 * A snapshot is one of 1000 levels a side, as this world sends them.
 */
export function requestWeight(kind: CommandKind, market: Market): number {
  const isSpot = market === Market.SPOT;
  switch (kind) {
    case CommandKind.PLACE_ORDER:
      return isSpot ? 1 : 0;
    case CommandKind.CANCEL_ORDER:
    case CommandKind.CANCEL_ALL:
    case CommandKind.REPLACE_ORDER:
      return 1;
    case CommandKind.AMEND_ORDER:
      return isSpot ? 4 : 0;
    case CommandKind.QUERY_ORDER:
      return isSpot ? 4 : 1;
    case CommandKind.REQUEST_SNAPSHOT:
      return isSpot ? 50 : 20;
    case CommandKind.REQUEST_ACCOUNT:
      return isSpot ? 20 : 5;
    case CommandKind.REQUEST_OPEN_ORDERS:
      return isSpot ? 6 : 1;
    case CommandKind.REQUEST_FILLS:
      return isSpot ? 20 : 5;
    default:
      return 0;
  }
}
