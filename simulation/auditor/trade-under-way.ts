import type { OwnTrade } from './account-books.ts';

/**
 * The trade of the report that is being handled. A process that dies in that moment has journaled it
 * and not handled it: the next life will, if the record survives.
 */
export class TradeUnderWay {
  private trade: OwnTrade | null = null;
  private sequence = 0;

  begin(trade: OwnTrade | null, sequence: number): void {
    this.trade = trade;
    this.sequence = sequence;
  }

  end(): void {
    this.trade = null;
  }

  /** The process died: what was under way counts as handled at its sequence. */
  onCrashed(): void {
    const { trade } = this;
    if (trade !== null && trade.bookedSequence === 0) trade.bookedSequence = this.sequence;
    this.trade = null;
  }
}
