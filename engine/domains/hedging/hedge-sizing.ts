import { RATE_UNITS_PER_ONE } from '#units/integers.ts';
import { multiplyDivide, Rounding } from '#units/multiply-divide.ts';

const BPS_PER_ONE = 10_000;

/**
 * Lots that bring a delta of `distanceUnits` (from its target, above zero) back to `restUnits`, at
 * least `leastLots` (the venue's smallest order). 0 when even that would pass the target by more
 * than one lot: a hedge never turns the position around.
 */
export function lotsToTrade(
  distanceUnits: number,
  restUnits: number,
  lotUnits: number,
  leastLots: number,
): number {
  const wantedLots = Math.floor((distanceUnits - restUnits) / lotUnits);
  const mostLots = Math.floor(distanceUnits / lotUnits) + 1;
  const lots = Math.max(wantedLots, leastLots, 1);
  return lots > mostLots ? 0 : lots;
}

/** What opens position takes from the margin wallet. */
export interface MarginTerms {
  /** Free margin, in quote units. */
  readonly freeUnits: number;
  /** Worth of one lot, in quote units. */
  readonly lotValueUnits: number;
  /** 1e-8 of the notional. */
  readonly initialMarginRate: number;
  readonly bufferBps: number;
}

/** Lots of new position the free margin carries, the buffer kept. */
export function lotsMarginCarries(terms: MarginTerms): number {
  if (terms.freeUnits <= 0) return 0;
  const marginPerLot = multiplyDivide(
    terms.lotValueUnits,
    terms.initialMarginRate,
    RATE_UNITS_PER_ONE,
    Rounding.UP,
  );
  const needed = multiplyDivide(
    marginPerLot,
    BPS_PER_ONE + terms.bufferBps,
    BPS_PER_ONE,
    Rounding.UP,
  );
  return needed <= 0 ? Number.MAX_SAFE_INTEGER : Math.floor(terms.freeUnits / needed);
}
