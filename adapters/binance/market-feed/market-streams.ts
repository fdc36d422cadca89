import type { WatchedStream } from '#adapters/connection/silence-watch.ts';
import { EventKind } from '#contracts/event-kind.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { type DurationMicros, MICROS_PER_SECOND } from '#units/integers.ts';

/** A stream, what it brings and how long it may be silent. */
export interface MarketStream extends WatchedStream {
  readonly eventKind: EventKind;
}

/** One socket's worth of streams. */
export interface StreamGroup {
  /** Path behind the base URL: the perpetual's streams live on two. */
  readonly path: string;
  readonly streams: readonly MarketStream[];
  /** The book comes here: without it the source is down. */
  readonly carriesBook: boolean;
  readonly controlFramesPerSecond: number;
}

const SECONDS = (count: number): DurationMicros => (count * MICROS_PER_SECOND) as DurationMicros;
/** One below what the venue takes. */
const SPOT_CONTROL_FRAMES = 4;
const USDM_CONTROL_FRAMES = 9;

/**
 * The streams that a market's book, touch, trades and marks come by. On the perpetual each has its own
 * path; a wrong one is acknowledged and silent for ever.
 */
export function streamGroups(instrument: Instrument, wire: 'json' | 'sbe'): readonly StreamGroup[] {
  const symbol = instrument.symbol.toLowerCase();
  const stream = (channel: string, eventKind: EventKind, seconds: number): MarketStream => ({
    name: `${symbol}@${channel}`,
    eventKind,
    silenceMicrosMax: SECONDS(seconds),
  });
  if (instrument.market === Market.SPOT) {
    const depth = wire === 'sbe' ? 'depth' : 'depth@100ms';
    const ticker = wire === 'sbe' ? 'bestBidAsk' : 'bookTicker';
    return [
      {
        path: '/stream',
        carriesBook: true,
        controlFramesPerSecond: SPOT_CONTROL_FRAMES,
        streams: [
          stream(depth, EventKind.DEPTH_DELTA, 5),
          stream(ticker, EventKind.BOOK_TICKER, 20),
          stream('trade', EventKind.TRADE, 300),
        ],
      },
    ];
  }
  return [
    {
      path: '/public/stream',
      carriesBook: true,
      controlFramesPerSecond: USDM_CONTROL_FRAMES,
      streams: [
        stream('depth@100ms', EventKind.DEPTH_DELTA, 5),
        stream('bookTicker', EventKind.BOOK_TICKER, 20),
      ],
    },
    {
      path: '/market/stream',
      carriesBook: false,
      controlFramesPerSecond: USDM_CONTROL_FRAMES,
      streams: [
        stream('aggTrade', EventKind.TRADE, 300),
        stream('markPrice@1s', EventKind.MARK_PRICE, 10),
      ],
    },
  ];
}
