/** Where the messages of one stream come from, and the clock-driven ways of making them. */
import type {
  ExchangeMarkets,
  MarketObserver,
  PublicTrade,
  SymbolMarket,
} from '#apps/exchange/market/symbol-market.ts';
import type { EpochMicros } from '#units/integers.ts';

/** Takes the payload of one message. */
export type Emit<Message> = (message: Message) => void;

/** A stream that runs while somebody listens. `open` returns the way to stop it. */
export interface StreamSource<Message> {
  open(emit: Emit<Message>): () => void;
}

/** Calls `task` on whole multiples of `intervalMicros` of the venue's clock, until stopped. */
export function every(
  markets: ExchangeMarkets,
  intervalMicros: number,
  task: (nowMicros: EpochMicros) => void,
): () => void {
  let isOn = true;
  const next = (): void => {
    const at = (Math.floor(markets.workingMicros / intervalMicros) + 1) * intervalMicros;
    markets.schedule(at as EpochMicros, () => {
      if (!isOn) return;
      next();
      task(markets.workingMicros);
    });
  };
  next();
  return () => {
    isOn = false;
  };
}

/** One observer of a symbol for any number of listeners, who come and go. */
export class MarketListeners {
  private readonly listeners = new Set<MarketObserver>();

  constructor(market: SymbolMarket) {
    market.addObserver({
      onTrade: (trade) => {
        for (const listener of this.listeners) listener.onTrade(trade);
      },
      onBookChanged: (topChanged) => {
        for (const listener of this.listeners) listener.onBookChanged(topChanged);
      },
      onForcedOrder: (order) => {
        for (const listener of this.listeners) listener.onForcedOrder?.(order);
      },
    });
  }

  /** Returns the way to stop. */
  listen(listener: MarketObserver): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** The fills of one taker at one price. */
export interface AggregateTrade {
  readonly id: number;
  readonly priceTicks: number;
  readonly lots: number;
  readonly firstTradeId: number;
  readonly lastTradeId: number;
  readonly buyerIsMaker: boolean;
  readonly timeMicros: EpochMicros;
}

/**
 * Merges the fills of one taker at one price: those between two changes of the book. One for each
 * symbol, so that ids rise by one whoever listens.
 */
export class TradeAggregator {
  private readonly listeners = new Set<Emit<AggregateTrade>>();
  private readonly kept: AggregateTrade[] = [];
  private open: { -readonly [Key in keyof AggregateTrade]: AggregateTrade[Key] } | null = null;
  private lastId = 0;

  constructor(market: SymbolMarket) {
    market.addObserver({
      onTrade: (trade) => this.onTrade(trade),
      onBookChanged: () => this.close(),
    });
  }

  listen(emit: Emit<AggregateTrade>): () => void {
    this.listeners.add(emit);
    return () => this.listeners.delete(emit);
  }

  /** Oldest first, at most `limit`; with `fromId`: those of that id and above. */
  latest(limit: number, fromId?: number): readonly AggregateTrade[] {
    if (fromId === undefined) return this.kept.slice(-limit);
    const from = Math.max(0, fromId - (this.kept[0]?.id ?? fromId));
    return this.kept.slice(from, from + limit);
  }

  private onTrade(trade: PublicTrade): void {
    const { open } = this;
    if (open?.priceTicks === trade.priceTicks && open.buyerIsMaker === trade.buyerIsMaker) {
      open.lots += trade.quantityLots;
      open.lastTradeId = trade.tradeId;
      return;
    }
    this.close();
    this.lastId += 1;
    this.open = {
      id: this.lastId,
      priceTicks: trade.priceTicks,
      lots: trade.quantityLots,
      firstTradeId: trade.tradeId,
      lastTradeId: trade.tradeId,
      buyerIsMaker: trade.buyerIsMaker,
      timeMicros: trade.timeMicros,
    };
  }

  private close(): void {
    const { open } = this;
    if (open === null) return;
    this.open = null;
    this.kept.push(open);
    if (this.kept.length >= 2 * KEPT_MAX) this.kept.splice(0, KEPT_MAX);
    for (const emit of this.listeners) emit(open);
  }
}

const KEPT_MAX = 5_000;
