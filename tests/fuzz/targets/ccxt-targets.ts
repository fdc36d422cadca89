/** What the ccxt library hands on: whole books, trades, markets. It checks nothing of what a venue says. */

import { AT, plain, testInstrument } from '#adapters/binance/decoding.test-support.ts';
import {
  defineInstrument,
  InstrumentError,
} from '#adapters/binance/exchange-info/exchange-info.ts';
import { FakeExchange } from '#adapters/ccxt/exchange.test-support.ts';
import type { CcxtMarket, CcxtOrderBook, CcxtTrade } from '#adapters/ccxt/library-interface.ts';
import { specificationOf } from '#adapters/ccxt/market-rules.ts';
import { PublicTrades } from '#adapters/ccxt/public-trades.ts';
import { CcxtDataError, WholeBooks } from '#adapters/ccxt/whole-books.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { CCXT_MESSAGES } from '#tests/fuzz/corpus/whole-books.ts';
import { checkEvent } from '#tests/fuzz/event-promises.ts';
import { type Target, type TargetEntry, type Verdict, verdictOf } from '#tests/fuzz/target.ts';

interface Message extends CcxtOrderBook {
  readonly trades?: readonly CcxtTrade[];
  readonly market?: CcxtMarket;
}

class LibraryMessages implements Target {
  private readonly instrument: Instrument = testInstrument(Market.SPOT);
  private readonly exchange = new FakeExchange();
  private readonly books = new WholeBooks(this.instrument, { step: this.instrument.step });
  private readonly trades = new PublicTrades(this.instrument, this.books);

  run(input: Uint8Array): Verdict {
    return verdictOf(
      () => this.take(JSON.parse(Buffer.from(input).toString('utf8')) as Message),
      CcxtDataError,
      InstrumentError,
      SyntaxError,
    );
  }

  probe(): string {
    this.run(CCXT_MESSAGES[0] as Uint8Array);
    this.books.fillSnapshot(AT);
    return JSON.stringify({ ...plain(this.books.snapshot), lastUpdateId: 0 });
  }

  private take(message: Message): void {
    if (message?.market !== undefined) this.readMarket(message.market);
    else if (message?.trades !== undefined) this.trades.take(message.trades, AT, checkEvent);
    else {
      this.books.take(message, AT);
      checkEvent(this.books.delta);
    }
  }

  private readMarket(market: CcxtMarket): void {
    const { exchange, instrument } = this;
    const specification = specificationOf(exchange, market, Market.PERPETUAL, 'DOGEUSDT');
    defineInstrument(specification, instrument);
  }
}

export const CCXT_TARGETS: readonly TargetEntry[] = [
  {
    name: 'ccxt-messages',
    share: 5,
    form: 'TEXT',
    corpus: () => CCXT_MESSAGES,
    open: () => new LibraryMessages(),
  },
];
