/** The verdicts of the checks before trading, in sentences for a person. */

import type { Failure } from '#adapters/binance/trading/error-table.ts';
import type { FailedOutcome, RequestOutcome } from '#adapters/binance/trading/request-outcome.ts';
import { UserFrameError } from '#adapters/binance/user-stream/user-fields.ts';

/**
 * PASSED: as it should be. CHANGED: it was not, and we set it. WARNED: trading is possible, a person
 * should know. NOT_CHECKED: the venue does not tell. REFUSED: no order may be sent.
 */
export type Verdict = 'PASSED' | 'CHANGED' | 'WARNED' | 'NOT_CHECKED' | 'REFUSED';

export interface StartCheck {
  /** "leverage": the same in every run. */
  readonly name: string;
  readonly verdict: Verdict;
  /** What was found, and what to do when it is not as it should be. Ends with a full stop. */
  readonly sentence: string;
}

export interface StartReport {
  readonly checks: readonly StartCheck[];
  /** Nothing was refused. */
  readonly mayTrade: boolean;
}

export function reportOf(checks: readonly StartCheck[]): StartReport {
  return { checks, mayTrade: checks.every(({ verdict }) => verdict !== 'REFUSED') };
}

/** A verdict and its sentence; the name is added by `checked`. */
export type Finding = readonly [Verdict, string];

/** Asks and judges. An answer that cannot be read is refused, as one that did not come. */
export async function checked(
  name: string,
  judge: () => Promise<Finding> | Finding,
): Promise<StartCheck> {
  try {
    const [verdict, sentence] = await judge();
    return { name, verdict, sentence };
  } catch (error) {
    if (error instanceof UnansweredError) {
      return { name, verdict: 'REFUSED', sentence: error.message };
    }
    if (!(error instanceof UserFrameError)) throw error;
    const sentence = `The venue's answer about ${name} cannot be read: ${error.message}.`;
    return { name, verdict: 'REFUSED', sentence };
  }
}

/** A question of the start had no good answer. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
}

/** The result; throws an UnansweredError in words when there is none. */
export function resultOf(outcome: RequestOutcome, what: string): unknown {
  if (outcome.kind === 'DONE') return outcome.result;
  throw new UnansweredError(
    `The venue did not answer about ${what}: ${whyOf(outcome).replace(/\.$/, '')}.`,
  );
}

export function whyOf(outcome: FailedOutcome): string {
  return outcome.kind === 'NOT_SENT' ? outcome.why : failureText(outcome.failure);
}

function failureText({ status, code, message }: Failure): string {
  const words = [status > 0 ? `status ${status}` : '', code !== 0 ? `code ${code}` : '', message];
  return words.filter((word) => word !== '').join(', ');
}
