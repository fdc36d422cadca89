import type { RiskLimits } from '#contracts/risk-limits.ts';

/**
 * Limits as the process was granted them: the newest, or for one more turn the ones before, under which
 * what leaves now may have been planned. What was never granted allows nothing.
 */
export class GrantedLimits {
  private now: RiskLimits;
  private before: RiskLimits;
  private turnsOfBefore = 0;
  private expiresAtMicros = Number.NEGATIVE_INFINITY;

  constructor(limits: RiskLimits) {
    this.now = limits;
    this.before = limits;
  }

  /** `expiresAtMicros`: in the process's own time. */
  grant(limits: RiskLimits, expiresAtMicros: number): void {
    this.expiresAtMicros = expiresAtMicros;
    if (limits === this.now) return;
    this.before = this.now;
    this.now = limits;
    this.turnsOfBefore = 2;
  }

  /** A turn is over. Hot: every applied event. */
  onTurnEnd(): void {
    if (this.turnsOfBefore === 0) return;
    this.turnsOfBefore -= 1;
    if (this.turnsOfBefore === 0) this.before = this.now;
  }

  /** A life begins: nothing was granted to it yet. */
  onStarted(): void {
    this.expiresAtMicros = Number.NEGATIVE_INFINITY;
  }

  /** The newest grant holds at that time of the process. */
  isValidAt(atMicros: number): boolean {
    return atMicros < this.expiresAtMicros;
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
