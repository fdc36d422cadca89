/**
 * The public data of one market of any ccxt exchange, as the engine's events: streams where the library has
 * them, questions in a loop where it has not. What it cannot know is said by `capabilities`.
 */
import type { Timer, Timers } from '#adapters/clock/timers.ts';
import type { EventSink } from '#contracts/edge-ports.ts';
import {
  BookTickerEvent,
  FeedState,
  FeedStatusEvent,
  MarkPriceEvent,
  VenueSilenceEvent,
} from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import { DecimalTextError, parseStep } from '#units/decimal-text.ts';
import {
  type DurationMicros,
  type EpochMicros,
  MICROS_PER_SECOND,
  type PriceTicks,
  type PriceUnits,
  type QuantityLots,
  type RateUnits,
} from '#units/integers.ts';
import { type CcxtCapabilities, capabilitiesOf } from './capabilities.ts';
import { cutScaled } from './exact-decimal.ts';
import type {
  CcxtExchange,
  CcxtMarket,
  CcxtOrderBook,
  CcxtTicker,
  Numeric,
} from './library-interface.ts';
import { step } from './market-rules.ts';
import { PublicTrades } from './public-trades.ts';
import { RepeatedQuestion } from './repeated-question.ts';
import { CcxtDataError, microsOf, WholeBooks } from './whole-books.ts';

const BOOK_POLL_MICROS = MICROS_PER_SECOND;
const TRADES_POLL_MICROS = 2 * MICROS_PER_SECOND;
const MARK_POLL_MICROS = 5 * MICROS_PER_SECOND;
/** A book that says nothing for so long is on a dead connection, or its market sleeps: both want a new one. */
const SILENCE_MICROS_MAX = 30 * MICROS_PER_SECOND;
const WATCH_MICROS = (5 * MICROS_PER_SECOND) as DurationMicros;
/** So many unusable books in a row: the library's copy of the book is broken, it must begin anew. */
const BAD_BOOKS_MAX = 10;
const UNIT_DECIMALS = 8;

export interface CcxtFeedOptions {
  /** Markets loaded. */
  readonly exchange: CcxtExchange;
  readonly market: CcxtMarket;
  readonly instrument: Instrument;
  readonly timers: Timers;
  readonly sink: EventSink;
  readonly onNote: (note: string) => void;
}

export class CcxtMarketData {
  readonly capabilities: CcxtCapabilities;
  private readonly options: CcxtFeedOptions;
  private readonly books: WholeBooks;
  private readonly trades: PublicTrades;
  private readonly ticker = new BookTickerEvent();
  private readonly mark = new MarkPriceEvent();
  private readonly status = new FeedStatusEvent();
  private readonly questions: RepeatedQuestion[] = [];
  private watch: Timer | null = null;
  private isUp = false;
  private isRunning = false;
  private heardMicros = 0;
  private badBookCount = 0;

  constructor(options: CcxtFeedOptions) {
    const { exchange, market, instrument } = options;
    this.options = options;
    this.capabilities = capabilitiesOf(exchange, instrument.market);
    const quantity = { step: parseStep(step(exchange, market.precision?.amount)) };
    this.books = new WholeBooks(instrument, quantity);
    this.trades = new PublicTrades(instrument, this.books);
    this.ticker.instrument = instrument.index;
    this.mark.instrument = instrument.index;
    this.status.instrument = instrument.index;
  }

  /** Quantities in books finer than a lot, trades that could not be used: for a report. */
  get counts(): { readonly dust: number; readonly unusableTrades: number } {
    return { dust: this.books.dustCount, unusableTrades: this.trades.unusableCount };
  }

  start(): void {
    this.isRunning = true;
    this.heardMicros = this.options.timers.nowMicros();
    for (const sentence of this.capabilities.sentences) this.note(sentence);
    this.buildQuestions();
    this.scheduleWatch();
  }

  /** The exchange itself is closed by who opened it: two markets may share it. */
  stop(): void {
    this.isRunning = false;
    this.watch?.cancel();
    for (const question of this.questions) question.stop();
  }

  /** The book as it is known comes as an event, not within this call; nothing comes where none is known. */
  requestSnapshot(): void {
    this.options.timers.after(0 as DurationMicros, () => {
      if (this.isRunning && this.isUp) this.publishSnapshot();
    });
  }

  private buildQuestions(): void {
    const { exchange, market } = this.options;
    const { symbol } = market;
    const { book, trades, top, mark } = this.capabilities;
    const askBook = async () => this.onBook(await exchange.fetchOrderBook(symbol));
    const askTrades = async () => this.onTrades(await exchange.fetchTrades(symbol));
    const canAsk = (name: string): boolean => exchange.has[name] === true;
    if (book === 'POLL') this.add(BOOK_POLL_MICROS, askBook, { carriesBook: true });
    if (book === 'STREAM') {
      this.add(0, async () => this.onBook(await exchange.watchOrderBook(symbol)), {
        carriesBook: true,
        instead: canAsk('fetchOrderBook')
          ? () => this.add(BOOK_POLL_MICROS, askBook, { carriesBook: true })
          : null,
      });
    }
    if (trades === 'POLL') this.add(TRADES_POLL_MICROS, askTrades);
    if (trades === 'STREAM') {
      this.add(0, async () => this.onTrades(await exchange.watchTrades(symbol)), {
        instead: canAsk('fetchTrades') ? () => this.add(TRADES_POLL_MICROS, askTrades) : null,
      });
    }
    if (top === 'bidsAsks') {
      this.add(0, async () => this.onTop((await exchange.watchBidsAsks([symbol]))[symbol]));
    }
    if (top === 'ticker') this.add(0, async () => this.onTop(await exchange.watchTicker(symbol)));
    if (mark === 'POLL') this.add(MARK_POLL_MICROS, () => this.askMark());
  }

  /** Begins to ask. `instead`: what is asked when this turns out not to be offered. */
  private add(
    pauseMicros: number,
    ask: () => Promise<void>,
    more: { readonly carriesBook?: boolean; readonly instead?: (() => void) | null } = {},
  ): void {
    const { carriesBook = false, instead = null } = more;
    const question = new RepeatedQuestion({
      timers: this.options.timers,
      pauseMicros,
      ask,
      onFailure: (words, untilMicros) => {
        this.note(words);
        if (untilMicros > 0) this.publishSilence(untilMicros);
        if (carriesBook) this.tellDown();
      },
      onGivenUp: (words) => {
        this.note(`${instead === null ? 'not asked for again' : 'polled from now on'}: ${words}`);
        if (carriesBook) this.tellDown();
        instead?.();
      },
    });
    this.questions.push(question);
    question.start();
  }

  private onBook(book: CcxtOrderBook): void {
    if (!this.isRunning) return;
    const now = this.options.timers.nowMicros();
    this.heardMicros = now;
    try {
      this.books.take(book, now);
    } catch (error) {
      if (!(error instanceof CcxtDataError)) throw error;
      this.onBadBook(error.message);
      return;
    }
    this.badBookCount = 0;
    if (this.isUp) {
      this.options.sink.publish(this.books.delta);
      return;
    }
    this.isUp = true;
    this.publishStatus(FeedState.CONNECTED);
    this.publishSnapshot();
  }

  /** The last good book goes on ageing; if it stays like this, everything begins anew. */
  private onBadBook(words: string): void {
    this.badBookCount += 1;
    if (this.badBookCount === 1) this.note(`a book that cannot be used: ${words}`);
    if (this.badBookCount < BAD_BOOKS_MAX) return;
    this.badBookCount = 0;
    this.renew(`${BAD_BOOKS_MAX} books in a row cannot be used: ${words}`);
  }

  private onTrades(trades: Parameters<PublicTrades['take']>[0]): void {
    if (!this.isRunning) return;
    const { timers, sink } = this.options;
    this.trades.take(trades, timers.nowMicros(), (event) => sink.publish(event));
  }

  /** Book and best prices come on two ways: only a venue time says which of them is newer. */
  private onTop(top: CcxtTicker | undefined): void {
    const { bookTimeMicros } = this.books;
    const venueTimeMicros = microsOf(top?.timestamp);
    if (!this.isRunning || !this.isUp || top === undefined || bookTimeMicros === 0) return;
    if (venueTimeMicros <= bookTimeMicros || venueTimeMicros <= this.ticker.venueTimeMicros) return;
    if (top.bidVolume === undefined || top.askVolume === undefined) return;
    const { ticker, books } = this;
    try {
      ticker.bidPriceTicks = books.ticksOf(top.bid) as PriceTicks;
      ticker.askPriceTicks = books.ticksOf(top.ask) as PriceTicks;
      ticker.bidQuantityLots = books.shownLotsOf(top.bidVolume) as QuantityLots;
      ticker.askQuantityLots = books.shownLotsOf(top.askVolume) as QuantityLots;
    } catch (error) {
      // The next one, or the next book, says it again.
      if (!(error instanceof CcxtDataError)) throw error;
      return;
    }
    if (ticker.bidPriceTicks >= ticker.askPriceTicks) return;
    ticker.venueTimeMicros = venueTimeMicros;
    ticker.atMicros = this.options.timers.nowMicros();
    ticker.updateId = books.nextId();
    this.options.sink.publish(ticker);
  }

  private async askMark(): Promise<void> {
    const { exchange, market, timers, sink } = this.options;
    const said = await exchange.fetchFundingRate(market.symbol);
    if (!this.isRunning) return;
    const { mark } = this;
    try {
      mark.markPriceUnits = units(said.markPrice) as PriceUnits;
      mark.indexPriceUnits = units(said.indexPrice ?? said.markPrice) as PriceUnits;
      mark.fundingRate = units(said.fundingRate ?? '0') as RateUnits;
    } catch (error) {
      if (!(error instanceof DecimalTextError)) throw error;
      this.note(`no mark price: ${error.message}`);
      return;
    }
    mark.nextFundingMicros = microsOf(said.fundingTimestamp ?? said.nextFundingTimestamp);
    mark.venueTimeMicros = microsOf(said.timestamp);
    mark.atMicros = timers.nowMicros();
    sink.publish(mark);
  }

  private scheduleWatch(): void {
    const { timers } = this.options;
    this.watch = timers.after(WATCH_MICROS, () => {
      if (timers.nowMicros() - this.heardMicros > SILENCE_MICROS_MAX) {
        this.heardMicros = timers.nowMicros();
        this.renew('no book for half a minute');
      }
      this.scheduleWatch();
    });
  }

  /** Closes the library's connections: every question fails once, and begins anew. */
  private renew(why: string): void {
    const { exchange } = this.options;
    this.note(`beginning anew: ${why}`);
    this.tellDown();
    exchange.close().catch((error: unknown) => this.note(`while closing: ${String(error)}`));
  }

  private tellDown(): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.publishStatus(FeedState.DISCONNECTED);
  }

  private publishStatus(state: FeedState): void {
    const { timers, sink } = this.options;
    this.status.atMicros = timers.nowMicros();
    this.status.state = state;
    sink.publish(this.status);
  }

  private publishSnapshot(): void {
    const { timers, sink } = this.options;
    this.books.fillSnapshot(timers.nowMicros());
    sink.publish(this.books.snapshot);
  }

  private publishSilence(untilMicros: number): void {
    const { timers, sink, instrument } = this.options;
    const event = new VenueSilenceEvent();
    event.atMicros = timers.nowMicros();
    event.instrument = instrument.index;
    event.untilMicros = untilMicros as EpochMicros;
    sink.publish(event);
  }

  private note(words: string): void {
    const { exchange, market, onNote } = this.options;
    onNote(`${exchange.id} ${market.symbol}: ${words}`);
  }
}

function units(value: Numeric | undefined): number {
  return cutScaled(value, UNIT_DECIMALS);
}
