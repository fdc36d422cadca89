import type { RiskLimits } from '#contracts/risk-limits.ts';

/**
 * Limits as the process was granted them: the newest, or for one more turn the ones before, under which
 * what leaves now may have been planned. What was never granted allows nothing.
 */
export class GrantedLimits {
  /** When the newest grant of this life ends; 0: none was heard. */
  expiresAtMicros = 0;
  private now: RiskLimits;
  private before: RiskLimits;
  private turnsOfBefore = 0;
  private readonly versions: RiskLimits[];

  constructor(limits: RiskLimits) {
    this.now = limits;
    this.before = limits;
    this.versions = [limits];
  }

  /** `expiresAtMicros`: in the process's own time. */
  grant(limits: RiskLimits, expiresAtMicros: number): void {
    this.expiresAtMicros = expiresAtMicros;
    if (limits === this.now) return;
    this.before = this.now;
    this.now = limits;
    this.turnsOfBefore = 2;
    if (!this.isOneVersion(limits)) this.versions.push(limits);
  }

  /** A turn is over. Hot: every applied event. */
  onTurnEnd(): void {
    if (this.turnsOfBefore === 0) return;
    this.turnsOfBefore -= 1;
    if (this.turnsOfBefore === 0) this.before = this.now;
  }

  /** A life begins: what an earlier one was granted is not its own. */
  onStarted(): void {
    this.expiresAtMicros = 0;
  }

  /** The newest grant holds at that time of the process. */
  isValidAt(atMicros: number): boolean {
    return atMicros < this.expiresAtMicros;
  }

  /** These are limits that were once granted, from the first to the last: not parts of two. */
  isOneVersion(limits: RiskLimits): boolean {
    return this.versions.some((version) => isEqual(limits, version));
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

function isEqual(left: RiskLimits, right: RiskLimits): boolean {
  const names = Object.keys({ ...left, ...right }) as (keyof RiskLimits)[];
  return names.every((name) => isEqualLimit(left[name], right[name]));
}

/** Instruments that nothing was granted for have 0, or no place at all. */
function isEqualLimit(
  left: number | readonly number[] | undefined,
  right: number | readonly number[] | undefined,
): boolean {
  const [one, other] = [[left ?? 0].flat(), [right ?? 0].flat()];
  const count = Math.max(one.length, other.length);
  for (let index = 0; index < count; index++) {
    if ((one[index] ?? 0) !== (other[index] ?? 0)) return false;
  }
  return true;
}
