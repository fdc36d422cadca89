import { NoQuoteReason, type QuoteSide } from '#contracts/quote-set.ts';
import { type ReasonUnit, reasonUnit, shownValue } from './reason-words.ts';

/** One reason over the time of a session. */
export interface ReasonShare {
  /** Code of NoQuoteReason; NONE: the top layer was wanted. */
  readonly reason: string;
  /** Of the time looked at, 0 to 1, both sides averaged. */
  readonly share: number;
  /** Means in `unit`; null where the reason has no numbers, or none that can be averaged. */
  readonly needed: number | null;
  readonly available: number | null;
  readonly unit: ReasonUnit | null;
}

interface Tally {
  looks: number;
  numbered: number;
  neededSum: number;
  availableSum: number;
  unit: ReasonUnit | null;
  /** Looks whose unit was another one: their mean would be of apples and pears. */
  isMixed: boolean;
}

/** Counts why the top layer of a side was, or was not, wanted; one look weighs as much as another. */
export class ReasonShares {
  private readonly tallies = new Map<NoQuoteReason, Tally>();
  private looks = 0;

  add(side: QuoteSide): void {
    const reason = topLayerReason(side);
    const tally = this.tallyOf(reason);
    this.looks += 1;
    tally.looks += 1;
    const unit = reasonUnit(reason, side.side);
    const { needed, available } = side;
    const hasNumbers = Number.isFinite(needed + available) && (needed !== 0 || available !== 0);
    if (unit === null || !hasNumbers) return;
    tally.isMixed ||= tally.unit !== null && tally.unit !== unit;
    tally.unit = unit;
    tally.numbered += 1;
    tally.neededSum += needed;
    tally.availableSum += available;
  }

  /** Largest share first; empty before the first look. */
  shares(): ReasonShare[] {
    return [...this.tallies]
      .sort(([leftCode, left], [rightCode, right]) =>
        left.looks === right.looks ? leftCode - rightCode : right.looks - left.looks,
      )
      .map(([reason, tally]) => ({
        reason: codeName(reason),
        share: tally.looks / this.looks,
        ...meansOf(tally),
      }));
  }

  private tallyOf(reason: NoQuoteReason): Tally {
    const known = this.tallies.get(reason);
    if (known !== undefined) return known;
    const fresh: Tally = {
      looks: 0,
      numbered: 0,
      neededSum: 0,
      availableSum: 0,
      unit: null,
      isMixed: false,
    };
    this.tallies.set(reason, fresh);
    return fresh;
  }
}

/**
 * What keeps L0 out. A side that shows outer layers only has reason NONE; then its two numbers tell:
 * a floor needs more than there is, a fitted band is less than what is wanted, and a quantity that is
 * too small leaves no numbers.
 */
export function topLayerReason(side: QuoteSide): NoQuoteReason {
  const isShown = (side.levels[0]?.quantityLots ?? 0) > 0;
  if (side.reason !== NoQuoteReason.NONE || isShown) return side.reason;
  if (side.needed > side.available) return NoQuoteReason.FEE_FLOOR;
  if (side.needed < side.available) return NoQuoteReason.OUTSIDE_FITTED_BAND;
  return NoQuoteReason.BELOW_MIN_NOTIONAL;
}

function meansOf(tally: Tally): Pick<ReasonShare, 'needed' | 'available' | 'unit'> {
  const { unit, numbered } = tally;
  if (unit === null || tally.isMixed) return { needed: null, available: null, unit: null };
  return {
    needed: shownValue(unit, tally.neededSum / numbered),
    available: shownValue(unit, tally.availableSum / numbered),
    unit,
  };
}

function codeName(reason: NoQuoteReason): string {
  const entry = Object.entries(NoQuoteReason).find(([, code]) => code === reason);
  return entry?.[0] ?? String(reason);
}
