import type { Markets } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import type { LiveOrders } from './live-orders.ts';

/**
 * Lots in front of our resting quotes. Set from the displayed level when an order is confirmed, and
 * reduced by trades at its price; cancels in front are seen only as a shrinking level (the
 * risk-averse model, MODELS 5). Feeds keep-or-move decisions, never money.
 */
export class QueueTracker implements Persistent {
  private readonly orders: LiveOrders;
  private readonly markets: Markets;
  private tradesSeen = 0;

  constructor(orders: LiveOrders, markets: Markets) {
    this.orders = orders;
    this.markets = markets;
  }

  /** Takes the newest trade into account once. Hot: one comparison when there is none. */
  look(): void {
    const { quoted } = this.markets;
    if (quoted.tradeCount === this.tradesSeen) return;
    this.tradesSeen = quoted.tradeCount;
    const restingSide = quoted.lastTradeSide === Side.BUY ? Side.SELL : Side.BUY;
    const { orders } = this;
    for (let row = 0; row < orders.rowEnd; row++) {
      if (orders.sides[row] !== restingSide) continue;
      if (orders.instruments[row] !== quoted.instrument) continue;
      if (orders.pricesTicks[row] !== quoted.lastTradePriceTicks) continue;
      const left = (orders.aheadLots[row] as number) - quoted.lastTradeQuantityLots;
      orders.aheadLots[row] = Math.max(0, left);
    }
  }

  writeState(writer: StateWriter): void {
    writer.section('queue-tracker');
    writer.integer(this.tradesSeen);
  }

  readState(reader: StateReader): void {
    reader.section('queue-tracker');
    this.tradesSeen = reader.integer();
  }
}
