/** Binary market streams of spot: the paths of the text streams on a port of their own. */
import type { OpenSocket, OutgoingLine, SocketDoor } from '#apps/exchange/api/operation.ts';
import { VenueError } from '#apps/exchange/api/venue-error.ts';
import type { PublicTrade } from '#apps/exchange/market/symbol-market.ts';
import { MICROS_PER_MILLI } from '#units/integers.ts';
import {
  bestBidAskMessage,
  depthDiffMessage,
  depthSnapshotMessage,
  tradesMessage,
} from './sbe-messages.ts';
import {
  ControlError,
  controlAnswer,
  controlRefusal,
  readControl,
  readStreamNames,
} from './stream-control.ts';
import { isStreamPath, streamsOf } from './stream-doors.ts';
import { StreamHub, type StreamListener } from './stream-hub.ts';
import { every, type StreamSource } from './stream-source.ts';
import type { MarketData, SymbolData } from './symbol-data.ts';

type Source = StreamSource<Uint8Array>;

const DIFF_MICROS = 20 * MICROS_PER_MILLI;
const SNAPSHOT_MICROS = 50 * MICROS_PER_MILLI;
const SNAPSHOT_LEVELS = 20;
const MESSAGES_PER_SECOND = 5;
const STREAMS_MAX = 1_024;
const POLICY = 1008;

/** `isAllowed`: an Ed25519 key, as the handshake must carry one. */
export function sbeStreamDoor(
  data: MarketData,
  isAllowed: (apiKey: string) => boolean,
): SocketDoor {
  const hub = new StreamHub((name: string) => sbeStream(data, name));
  return {
    kind: 'STREAM',
    messagesPerSecondMax: MESSAGES_PER_SECOND,
    serves: ({ pathname }) => isStreamPath(pathname),
    open: (line, url, headers) => {
      const apiKey = headers['x-mbx-apikey'];
      if (typeof apiKey !== 'string' || !isAllowed(apiKey)) {
        throw new VenueError(401, -2015, 'Invalid API-key, IP, or permissions for action.');
      }
      return new SbeConnection(hub, line, streamsOf(url, ''));
    },
  };
}

/** Null: there is no binary stream of that name, and it stays silent. */
export function sbeStream(data: MarketData, name: string): Source | null {
  const [symbol = '', kind = '', ...rest] = name.split('@');
  const found = data.symbols.get(symbol.toUpperCase());
  if (found === undefined || rest.length > 0) return null;
  switch (kind) {
    case 'trade':
      return trades(found);
    case 'bestBidAsk':
      return bestBidAsk(found);
    case 'depth':
      return depthDiff(data, found);
    case 'depth20':
      return depthSnapshot(data, found);
    default:
      return null;
  }
}

/** Trades of one taker in one message. */
function trades({ market, listeners, now }: SymbolData): Source {
  return {
    open: (emit) => {
      let batch: PublicTrade[] = [];
      return listeners.listen({
        onTrade: (trade) => batch.push(trade),
        onBookChanged: () => {
          if (batch.length === 0) return;
          emit(tradesMessage(market.instrument, batch, now()));
          batch = [];
        },
      });
    },
  };
}

function bestBidAsk({ market, listeners, now }: SymbolData): Source {
  return {
    open: (emit) =>
      listeners.listen({
        onTrade: () => undefined,
        onBookChanged: (topChanged) => {
          if (!topChanged) return;
          const { instrument, lastUpdateId } = market;
          emit(bestBidAskMessage(instrument, market.depth(1), lastUpdateId, now()));
        },
      }),
  };
}

function depthDiff(data: MarketData, { market }: SymbolData): Source {
  return {
    open: (emit) => {
      const collector = market.collectDepth();
      const stop = every(data.markets, DIFF_MICROS, (now) => {
        const changes = collector.drain();
        if (changes !== null) emit(depthDiffMessage(market.instrument, changes, now));
      });
      return () => {
        stop();
        collector.close();
      };
    },
  };
}

function depthSnapshot(data: MarketData, { market }: SymbolData): Source {
  return {
    open: (emit) => {
      let toldId = -1;
      return every(data.markets, SNAPSHOT_MICROS, (now) => {
        const { instrument, lastUpdateId } = market;
        if (lastUpdateId === toldId) return;
        toldId = lastUpdateId;
        emit(depthSnapshotMessage(instrument, market.depth(SNAPSHOT_LEVELS), lastUpdateId, now));
      });
    },
  };
}

/** Control frames are text, as on the other streams; everything else is binary. */
class SbeConnection implements OpenSocket, StreamListener<Uint8Array> {
  private readonly hub: StreamHub<Uint8Array>;
  private readonly line: OutgoingLine;
  private readonly streams = new Set<string>();

  constructor(hub: StreamHub<Uint8Array>, line: OutgoingLine, streams: readonly string[]) {
    this.hub = hub;
    this.line = line;
    for (const name of streams) this.open(name);
  }

  onFrame(message: Uint8Array): void {
    this.line.send(message);
  }

  onText(text: string): void {
    try {
      const request = readControl(text);
      const { id, method } = request;
      if (method === 'SUBSCRIBE') this.subscribe(readStreamNames(request));
      if (method === 'UNSUBSCRIBE') for (const name of readStreamNames(request)) this.stop(name);
      const isList = method === 'LIST_SUBSCRIPTIONS';
      this.line.send(controlAnswer(id, isList ? [...this.streams] : null));
    } catch (error) {
      if (!(error instanceof ControlError)) throw error;
      this.line.send(controlRefusal(error));
    }
  }

  onBinary(_bytes: Uint8Array): void {
    this.line.close(POLICY, 'Binary frames are not accepted');
  }

  onClose(): void {
    for (const name of [...this.streams]) this.stop(name);
  }

  private subscribe(names: readonly string[]): void {
    if (new Set([...this.streams, ...names]).size > STREAMS_MAX) {
      throw new ControlError(`Invalid request: at most ${STREAMS_MAX} streams`, { code: 2 });
    }
    for (const name of names) this.open(name);
  }

  private open(name: string): void {
    if (this.streams.has(name)) return;
    this.streams.add(name);
    this.hub.subscribe(name, this);
  }

  private stop(name: string): void {
    if (this.streams.delete(name)) this.hub.unsubscribe(name, this);
  }
}
