/** One market's place: an exchange of the library, and its name there where ours does not lead to it. */
export interface FeedLeg {
  readonly exchange: string;
  /** The library's name of the market, or null: found by base and quote. */
  readonly symbol: string | null;
}

/**
 * "ccxt:kraken,krakenfutures" -> the places of the quoted market and of the hedge; one place stands for
 * both. A place may name its market: "ccxt:kraken:BTC/USD,krakenfutures:BTC/USD:USD".
 */
export function readFeedName(feed: string): readonly [quoted: FeedLeg, hedge: FeedLeg] {
  const [quoted = '', hedge] = feed.slice('ccxt:'.length).split(',');
  const first = readLeg(quoted);
  return [first, hedge === undefined ? { exchange: first.exchange, symbol: null } : readLeg(hedge)];
}

function readLeg(text: string): FeedLeg {
  const end = text.indexOf(':');
  if (end < 0) return { exchange: text, symbol: null };
  return { exchange: text.slice(0, end), symbol: text.slice(end + 1) };
}
