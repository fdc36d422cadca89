/** Ids of public trades as the venue sent them: what the process takes up must be among them. */

/** Trades remembered: beyond the longest time a message is held back. A power of two. */
const MEMORY = 8_192;

/** One instrument. Hot: every public trade; no allocation. */
export class TruthTrades {
  private readonly ids = new Float64Array(MEMORY).fill(-1);

  note(tradeId: number): void {
    this.ids[tradeId & (MEMORY - 1)] = tradeId;
  }

  wasSent(tradeId: number): boolean {
    return this.ids[tradeId & (MEMORY - 1)] === tradeId;
  }
}
