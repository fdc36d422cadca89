import type { RiskLimits } from '#contracts/risk-limits.ts';

/**
 * Limits as the process was granted them: the newest, or the ones before, under which a turn may have
 * begun. What was never granted allows nothing.
 */
export class GrantedLimits {
  private now: RiskLimits;
  private before: RiskLimits;

  constructor(limits: RiskLimits) {
    this.now = limits;
    this.before = limits;
  }

  grant(limits: RiskLimits): void {
    if (limits === this.now) return;
    this.before = this.now;
    this.now = limits;
  }

  orderLots(instrument: number): number {
    return larger(this.now.maxOrderLots[instrument], this.before.maxOrderLots[instrument]);
  }

  orderNotionalUnits(instrument: number): number {
    return larger(
      this.now.maxOrderNotionalUnits[instrument],
      this.before.maxOrderNotionalUnits[instrument],
    );
  }

  openOrders(instrument: number): number {
    return larger(this.now.maxOpenOrders[instrument], this.before.maxOpenOrders[instrument]);
  }

  longBaseUnits(instrument: number): number {
    return larger(this.now.maxLongBaseUnits[instrument], this.before.maxLongBaseUnits[instrument]);
  }

  shortBaseUnits(instrument: number): number {
    return larger(
      this.now.maxShortBaseUnits[instrument],
      this.before.maxShortBaseUnits[instrument],
    );
  }

  placements(instrument: number): number {
    return larger(
      this.now.ordersPerTenSeconds[instrument],
      this.before.ordersPerTenSeconds[instrument],
    );
  }

  get grossNotionalUnits(): number {
    return larger(this.now.maxGrossNotionalUnits, this.before.maxGrossNotionalUnits);
  }

  get collarBps(): number {
    return larger(this.now.priceCollarBps, this.before.priceCollarBps);
  }

  get referenceAgeMicros(): number {
    return larger(this.now.referenceAgeMaxMicros, this.before.referenceAgeMaxMicros);
  }
}

function larger(left: number | undefined, right: number | undefined): number {
  return Math.max(left ?? 0, right ?? 0);
}
