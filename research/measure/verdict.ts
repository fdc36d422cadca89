import { formatScaled } from '#units/decimal-text.ts';
import type { BreakEven } from './break-even.ts';

export interface VerdictInput {
  readonly isSynthetic: boolean;
  readonly fillCount: number;
  readonly spanMicros: number;
  readonly netUnits: number;
  /** Negative: paid. */
  readonly feesUnits: number;
  /** Negative: paid. */
  readonly fundingUnits: number;
  /** What `netUnits` and `feesUnits` are counted in, for people. */
  readonly currency: string;
  /** Spot maker fee really paid, basis points of the notional; null without maker fills. */
  readonly makerFeeBps: number | null;
  readonly breakEven: BreakEven;
  readonly profile: string;
}

export interface Verdict {
  readonly colour: 'red' | 'green' | 'grey';
  readonly text: string;
  /** Why this is, or is not, evidence. */
  readonly evidence: string;
}

/** Fewer fills, or less time, is not enough for a judgement. */
export const EVIDENCE_FILLS_LEAST = 500;
export const EVIDENCE_DAYS_LEAST = 5;
const MICROS_PER_DAY = 86_400_000_000;

/** What a result says in words, and what it is worth. Never flatters. */
export function judge(input: VerdictInput): Verdict {
  return { ...outcome(input), evidence: evidence(input) };
}

function outcome(input: VerdictInput): Omit<Verdict, 'evidence'> {
  const { netUnits, breakEven, fillCount } = input;
  if (fillCount === 0)
    return { colour: 'grey', text: 'no own fills: nothing earned, nothing lost on quotes' };
  const net = money(netUnits);
  if (netUnits < 0) return { colour: 'red', text: `net ${net}: ${lossInWords(input)}` };
  const needed =
    breakEven.feeBps === null
      ? ''
      : `; break-even spot maker fee ${breakEven.feeBps.toFixed(2)} bp`;
  return { colour: 'green', text: `net ${net} after all fees${needed}` };
}

/** Fees against what was earned before them, the fee that was paid and the one that was needed. */
function lossInWords(input: VerdictInput): string {
  const { netUnits, feesUnits, fundingUnits, currency } = input;
  const earned = netUnits - feesUnits;
  const paid = -feesUnits;
  const fees = makerFeeInWords(input);
  if (paid <= 0) {
    const back = paid === 0 ? 'no fees were paid' : `rebates gave ${money(-paid)} back`;
    return `lost ${money(-earned)} before fees, ${back}${fees}`;
  }
  const excess = `fees of ${money(paid)} exceed what was earned (${money(earned)}) by ${money(paid - earned)} ${currency}${fees}`;
  return earned >= 0
    ? excess
    : `${excess}; lost ${money(-earned)} before fees too: ${culprit(earned, fundingUnits)}`;
}

/** Who took more than the spread gave; funding only where the loss before fees is its own. */
function culprit(earned: number, fundingUnits: number): string {
  return earned - fundingUnits < 0
    ? 'adverse selection and hedging took more than the spread gave'
    : 'funding took more than the rest earned';
}

function makerFeeInWords({ makerFeeBps, breakEven }: VerdictInput): string {
  if (makerFeeBps === null || breakEven.feeBps === null) return '';
  return `; maker fee paid ${makerFeeBps.toFixed(2)} bp, break-even ${breakEven.feeBps.toFixed(2)} bp`;
}

function evidence(input: VerdictInput): string {
  const isHypothetical = input.profile === 'rebate';
  const hypothetical = 'hypothetical: prices with a maker rebate that this account does not have';
  if (input.isSynthetic) {
    return isHypothetical ? `synthetic: not evidence; ${hypothetical}` : 'synthetic: not evidence';
  }
  if (isHypothetical) return hypothetical;
  const days = input.spanMicros / MICROS_PER_DAY;
  if (input.fillCount < EVIDENCE_FILLS_LEAST || days < EVIDENCE_DAYS_LEAST) {
    return `insufficient: ${input.fillCount} fills over ${days.toFixed(2)} days, at least ${EVIDENCE_FILLS_LEAST} fills and ${EVIDENCE_DAYS_LEAST} days are needed`;
  }
  return 'one recording: judge over several days, queue models and latencies';
}

function money(units: number): string {
  return formatScaled(Math.round(units / 10_000), 4);
}
