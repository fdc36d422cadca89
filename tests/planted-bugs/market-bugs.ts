import type { PlantedBug } from './planted-bug.ts';

const MARKET = 'engine/domains/market-data';

/** Books, their chains of updates, and whether they are fresh. */
export const MARKET_BUGS: readonly PlantedBug[] = [
  {
    name: 'spot-gap-ignored',
    does: 'a spot update is applied though updates before it are missing',
    source: 'hummingbot#4756, hftbacktest#300',
    file: `${MARKET}/incremental-stream.ts`,
    sound: 'if (beforeUpdateId === bookUpdateId) return ChainVerdict.NEXT;',
    broken:
      'if (beforeUpdateId === bookUpdateId || market === Market.SPOT) return ChainVerdict.NEXT;',
  },
  {
    name: 'perpetual-gap-ignored',
    does: 'an update of the perpetual is applied without a look at the id before it',
    source: 'hummingbot#8291',
    file: `${MARKET}/incremental-stream.ts`,
    sound: 'const mayOverlap = market === Market.SPOT || isFirstAfterSnapshot;',
    broken: `const mayOverlap = market === Market.SPOT || isFirstAfterSnapshot;
  if (market === Market.PERPETUAL) return ChainVerdict.NEXT;`,
  },
  {
    name: 'old-update-applied',
    does: 'an update that is not newer than the book is applied all the same',
    source: 'ccxt#8106, ccxt#20836',
    file: `${MARKET}/incremental-stream.ts`,
    sound: 'if (lastUpdateId <= bookUpdateId) return ChainVerdict.OLD;',
    broken: '',
  },
  {
    name: 'old-snapshot-continued',
    does: 'the first update after a snapshot is applied though the snapshot is older than the chain',
    source: 'hftbacktest#300, hummingbot#4964',
    file: `${MARKET}/incremental-stream.ts`,
    sound:
      'return mayOverlap && beforeUpdateId < bookUpdateId ? ChainVerdict.NEXT : ChainVerdict.GAP;',
    broken: `if (isFirstAfterSnapshot) return ChainVerdict.NEXT;
  return mayOverlap && beforeUpdateId < bookUpdateId ? ChainVerdict.NEXT : ChainVerdict.GAP;`,
  },
  {
    name: 'live-book-takes-a-snapshot',
    does: 'a late answer to an old question puts the book back in time',
    source: 'ccxt#23214',
    file: `${MARKET}/local-book.ts`,
    sound: 'if (this.status === BookStatus.LIVE) return false;\n    this.dropHeldUpTo',
    broken: 'this.dropHeldUpTo',
  },
  {
    name: 'snapshot-laid-over-the-old-book',
    does: 'a snapshot is applied onto what the book held before',
    source: 'nautilus_trader#1701, hummingbot#3861',
    file: `${MARKET}/local-book.ts`,
    sound: `this.book.clear();
    this.isFirstAfterSnapshot = true;`,
    broken: 'this.isFirstAfterSnapshot = true;',
  },
  {
    name: 'crossed-book-kept',
    does: 'a book whose bid stands above its ask stays in use',
    source: 'ccxt#8106, ccxt#20836',
    file: `${MARKET}/local-book.ts`,
    sound: 'if (!this.book.isCrossed) return true;',
    broken: 'return true;',
  },
  {
    name: 'silent-feed-is-fresh',
    does: 'a feed that says nothing while it is connected never grows stale',
    source: 'nautilus_trader#4298',
    file: `${MARKET}/stale-tick-gate.ts`,
    sound: 'if (this.ageMicros(nowMicros) > this.allowedAgeMicros) return true;',
    broken: '',
  },
  {
    name: 'disconnect-leaves-the-book-live',
    does: 'the book of a broken connection stays in use',
    source: 'hummingbot#4964, hummingbot#7679',
    file: `${MARKET}/instrument-feed.ts`,
    sound: `if (event.state === FeedState.DISCONNECTED) {
      this.forgetBook();`,
    broken: `if (event.state === FeedState.DISCONNECTED) {
      this.top.forget();`,
  },
  {
    name: 'depth-behind-the-touch-is-fresh',
    does: 'a depth stream that alone has died is not noticed while the touch goes on',
    source: 'nautilus_trader#4298, hummingbot#3787',
    file: `${MARKET}/stale-tick-gate.ts`,
    sound: 'return nowMicros - this.awaitedSinceMicros > this.configuration.depthLagMicrosMax;',
    broken: 'return false;',
  },
  {
    name: 'stale-book-quoted',
    does: 'quotes are made of a book that is old, not whole or cut off',
    source: 'nautilus_trader#4298, ccxt#23214',
    file: 'engine/domains/pricing/quote-checks.ts',
    sound: 'return !isUsable(snapshot) || age > this.configuration.marketAgeMaxMicros;',
    broken: 'return snapshot.bidPriceTicks === 0 || snapshot.askPriceTicks === 0 || age < 0;',
  },
  {
    name: 'stale-market-kept-silent',
    does: 'a market goes stale and nobody is told',
    source: 'hummingbot#1291',
    file: `${MARKET}/instrument-feed.ts`,
    sound: 'if (status === BookStatus.STALE && !snapshot.isStale) this.raiseStale(nowMicros);',
    broken: '',
  },
  {
    name: 'held-updates-without-bound',
    does: 'updates pile up while a book has no snapshot',
    source: 'ccxt#26753, nautilus_trader#4456, hummingbot#4756',
    file: `${MARKET}/sequencer.ts`,
    sound: 'if (this.size === this.capacity) return HoldOutcome.FULL;',
    broken: '',
  },
  {
    name: 'resync-asks-once',
    does: 'a snapshot that was asked for and does not serve is not asked for again',
    source: 'ccxt#23453, hummingbot#4982',
    file: `${MARKET}/gap-fill.ts`,
    sound: 'this.nextAtMicros = nowMicros + this.pauseMicros;',
    broken: 'this.nextAtMicros = Number.MAX_SAFE_INTEGER;',
  },
  {
    name: 'message-of-another-symbol-taken',
    does: 'the symbol of a trade or a slow message is not looked at',
    source: 'hftbacktest#251',
    file: 'adapters/binance/frames/frames.ts',
    sound: 'if (symbol === this.instrument.symbol) return;',
    broken: 'return;',
  },
  {
    name: 'new-tick-size-ignored',
    does: 'a new definition of an instrument is not taken over',
    source: 'hummingbot#5491, hummingbot#7017',
    file: 'engine/domains/reference/instrument-master.ts',
    sound: 'if (instrument.version <= current.version) {',
    broken: 'if (instrument.version >= current.version) {',
  },
];
