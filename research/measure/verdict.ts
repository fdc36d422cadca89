import { formatScaled } from '#units/decimal-text.ts';
import type { BreakEven } from './break-even.ts';

export interface VerdictInput {
  readonly isSynthetic: boolean;
  readonly fillCount: number;
  readonly spanMicros: number;
  readonly netUnits: number;
  /** Negative: paid. */
  readonly feesUnits: number;
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
  const { netUnits, feesUnits, breakEven, fillCount } = input;
  if (fillCount === 0)
    return { colour: 'grey', text: 'no own fills: nothing earned, nothing lost on quotes' };
  const net = money(netUnits);
  const earned = netUnits - feesUnits;
  const paid = -feesUnits;
  const needed =
    breakEven.feeBps === null
      ? ''
      : `; break-even spot maker fee ${breakEven.feeBps.toFixed(2)} bp`;
  if (netUnits >= 0) return { colour: 'green', text: `net ${net} after all fees${needed}` };
  return { colour: 'red', text: `net ${net}: ${lossInWords(earned, paid)}${needed}` };
}

/** `earned`: before all fees. `paid`: fees, below zero for a rebate. Together a loss. */
function lossInWords(earned: number, paid: number): string {
  if (earned > 0) {
    return `fees of ${money(paid)} exceed what was earned (${money(earned)}) by ${money(paid - earned)}`;
  }
  const lost = `lost ${money(-earned)} before fees`;
  return paid >= 0
    ? `${lost} and paid ${money(paid)}`
    : `${lost}, rebates gave ${money(-paid)} back`;
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
