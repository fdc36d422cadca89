import { Market } from '#contracts/instrument.ts';
import { type EpochMicros, MICROS_PER_SECOND } from '#units/integers.ts';
import {
  exchangeInstrument,
  LISTED_SYMBOLS,
  type ListedSymbol,
  listedSymbol,
} from './exchange-instruments.ts';
import { PacedMarkets, type PacingOptions } from './paced-markets.ts';
import { PerpetualPrices } from './perpetual-prices.ts';
import { RecordedSymbol } from './recorded-symbol.ts';
import { type RecordedMessage, type Recording, RecordingFileError } from './recording-file.ts';
import type { SymbolMarket } from './symbol-market.ts';

export interface RecordedMarketsOptions extends PacingOptions {
  /** At most one of each symbol and market. */
  readonly recordings: readonly Recording[];
  /** False: when all are over, the books stand still. Default true: from the start again. */
  readonly isRepeated?: boolean;
  readonly fundingIntervalMicros?: number;
}

const FUNDING_INTERVAL_MICROS = 8 * 3_600 * MICROS_PER_SECOND;
/** A process that stood still for longer goes on where it was: the recording waited for it. */
const CATCH_UP_MICROS_MAX = 5 * MICROS_PER_SECOND;
/** Silence between the end of a recording and its next beginning. */
const PAUSE_MICROS = MICROS_PER_SECOND;
/** Ids of two rounds lie further apart than any recording has ids. */
const IDS_PER_ROUND = 2 ** 36;
const FIRST_TRADE_ID = 1_000_000_000;
const FIRST_UPDATE_ID = 9_000_000_000;

/** Throws a RecordingFileError for a symbol that is not listed, or one that is there twice. */
export function checkPlayable(recordings: readonly Recording[]): void {
  const seen = new Set<string>();
  for (const { path, symbol, market } of recordings) {
    if (listedSymbol(symbol) === null) {
      const names = LISTED_SYMBOLS.join(', ');
      throw new RecordingFileError(`${path}: ${symbol} is not listed; the exchange has ${names}`);
    }
    const key = `${symbol} ${market}`;
    if (seen.has(key)) {
      throw new RecordingFileError(`${path}: a second recording of ${symbol} on one market`);
    }
    seen.add(key);
  }
}

interface Track {
  readonly symbol: RecordedSymbol;
  readonly messages: readonly RecordedMessage[];
  next: number;
}

/** Recorded markets, published again at the pace they had. */
export class RecordedMarkets extends PacedMarkets {
  readonly spot: ReadonlyMap<string, SymbolMarket>;
  readonly usdm: ReadonlyMap<string, SymbolMarket>;
  readonly fundingIntervalMicros: number;
  private readonly isRepeated: boolean;
  private readonly tracks: readonly Track[];
  private readonly firstMicros: number;
  private readonly lastMicros: number;
  /** Added to a recorded moment: when it is played. */
  private shiftMicros: number;
  private round = 0;

  /** Throws as `checkPlayable` does. */
  constructor(options: RecordedMarketsOptions) {
    super(options, options.wallMicros());
    checkPlayable(options.recordings);
    this.isRepeated = options.isRepeated ?? true;
    this.fundingIntervalMicros = options.fundingIntervalMicros ?? FUNDING_INTERVAL_MICROS;
    const spot = new Map<string, RecordedSymbol>();
    const usdm = new Map<string, RecordedSymbol>();
    this.tracks = options.recordings.map((recording) => {
      const into = recording.market === Market.SPOT ? spot : usdm;
      const symbol = this.openSymbol(recording);
      into.set(recording.symbol, symbol);
      return { symbol, messages: recording.messages, next: 0 };
    });
    this.spot = spot;
    this.usdm = usdm;
    this.firstMicros = Math.min(...this.tracks.map(({ messages }) => messages[0]?.atMicros ?? 0));
    this.lastMicros = Math.max(
      ...this.tracks.map(({ messages }) => messages.at(-1)?.atMicros ?? 0),
    );
    this.shiftMicros = this.clock.nowMicros - this.firstMicros;
    for (const track of this.tracks) this.scheduleNext(track);
    for (const [symbol, perpetual] of usdm) this.keepPrices(symbol, perpetual, spot.get(symbol));
    this.startPacing();
  }

  protected prepare(wall: EpochMicros): void {
    const behind = wall - this.clock.nowMicros - CATCH_UP_MICROS_MAX;
    if (behind > 0) this.shiftMicros += behind;
  }

  private openSymbol({ symbol, market }: Recording): RecordedSymbol {
    return new RecordedSymbol({
      instrument: exchangeInstrument(listedSymbol(symbol) as ListedSymbol, market),
      workingMicros: () => this.clock.nowMicros,
      lastTradeId: FIRST_TRADE_ID,
      lastUpdateId: FIRST_UPDATE_ID,
    });
  }

  private scheduleNext(track: Track): void {
    const message = track.messages[track.next];
    if (message === undefined) {
      this.onEnd();
      return;
    }
    const due = (): EpochMicros => (message.atMicros + this.shiftMicros) as EpochMicros;
    const play = (): void => {
      // The recording waited for a process that stood still, and its time moved on.
      if (due() > this.clock.nowMicros) {
        this.schedule(due(), play);
        return;
      }
      track.next += 1;
      const idShift = this.round * IDS_PER_ROUND;
      this.scheduleNext(track);
      track.symbol.play(message.kind, message.read(), idShift);
    };
    this.schedule(due(), play);
  }

  /** One track is over; when all are, they begin again together. */
  private onEnd(): void {
    const isOver = this.tracks.every(({ next, messages }) => next >= messages.length);
    if (!isOver || !this.isRepeated) return;
    this.round += 1;
    this.shiftMicros += this.lastMicros - this.firstMicros + PAUSE_MICROS;
    for (const track of this.tracks) {
      track.next = 0;
      this.scheduleNext(track);
    }
  }

  private keepPrices(
    symbol: string,
    perpetual: RecordedSymbol,
    spot: RecordedSymbol | undefined,
  ): void {
    const start = this.clock.nowMicros;
    const prices = new PerpetualPrices(perpetual, spot ?? null, start, this.fundingIntervalMicros);
    const step = (): void => {
      const now = this.clock.nowMicros;
      prices.step(now, (...due) => this.tellFunding(symbol, ...due));
      this.schedule((now + MICROS_PER_SECOND) as EpochMicros, step);
    };
    this.schedule((start + 1) as EpochMicros, step);
  }
}
