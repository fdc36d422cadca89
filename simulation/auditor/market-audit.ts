/**
 * Everything about the public markets: what the venue sent, what the process was given, and what its
 * books and its judgement of their freshness make of it (13, 14, 15, 31).
 */
import { EventKind } from '#contracts/event-kind.ts';
import {
  type EngineEvent,
  FeedState,
  type MarketEvent,
  type TradeEvent,
} from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { AccountBooks } from './account-books.ts';
import { type AlertAudit, BOOK_FELL } from './alert-audit.ts';
import type { AuditBounds, EngineView } from './auditor-inputs.ts';
import { BookAudit } from './book-audit.ts';
import type { Findings } from './findings.ts';
import { FreshnessAudit } from './freshness-audit.ts';
import { MarketAges } from './market-ages.ts';
import { ReferencePrices } from './reference-prices.ts';
import { HEDGE, type Situation } from './situation.ts';
import { TruthBook } from './truth-book.ts';
import { TruthTrades } from './truth-trades.ts';
import { TurnFlag } from './turn-memory.ts';

interface MarketAuditOptions {
  readonly instruments: readonly Instrument[];
  readonly bounds: AuditBounds;
  readonly findings: Findings;
  readonly situation: Situation;
  readonly account: AccountBooks;
  readonly alerts: AlertAudit;
}

/** Hot: every market event, and two calls for every other. No allocation. */
export class MarketAudit {
  /** When each market last said something, and when something of it last reached the process. */
  readonly saidAges = new MarketAges();
  readonly heardAges = new MarketAges();
  readonly prices: ReferencePrices;
  readonly books: readonly BookAudit[];
  private readonly options: MarketAuditOptions;
  private readonly truths: readonly TruthBook[];
  private readonly trades: readonly TruthTrades[];
  private readonly freshness: FreshnessAudit;

  constructor(options: MarketAuditOptions) {
    const { instruments, findings } = options;
    this.options = options;
    this.truths = instruments.map(() => new TruthBook());
    this.trades = instruments.map(() => new TruthTrades());
    this.books = this.truths.map((truth, index) => new BookAudit(index, truth, findings));
    this.prices = new ReferencePrices(instruments.length > HEDGE);
    this.freshness = new FreshnessAudit({ ...options, instrumentCount: instruments.length });
  }

  /** As the venue sent it. */
  onTruth(event: Readonly<MarketEvent>, nowMicros: number): void {
    switch (event.kind) {
      case EventKind.DEPTH_DELTA: {
        this.saidAges.note(event.instrument, nowMicros);
        const truth = this.truths[event.instrument];
        if (truth === undefined) return;
        truth.onDelta(event);
        this.observeMid(event.instrument, truth.midHalfTicks, nowMicros);
        break;
      }
      case EventKind.DEPTH_SNAPSHOT:
        this.truths[event.instrument]?.onSnapshot(event);
        break;
      case EventKind.BOOK_TICKER: {
        const { instrument, bidPriceTicks, askPriceTicks } = event;
        this.saidAges.note(instrument, nowMicros);
        const isWhole = bidPriceTicks > 0 && askPriceTicks > 0;
        if (isWhole) this.observeMid(instrument, bidPriceTicks + askPriceTicks, nowMicros);
        break;
      }
      case EventKind.TRADE:
        this.saidAges.note(event.instrument, nowMicros);
        this.trades[event.instrument]?.note(event.tradeId);
        break;
      case EventKind.MARK_PRICE:
      case EventKind.FEED_STATUS:
        break;
    }
  }

  /** Right before the process handles it. */
  onDelivered(event: Readonly<EngineEvent>, nowMicros: number): void {
    this.freshness.onDelivered(event);
    switch (event.kind) {
      case EventKind.DEPTH_DELTA:
        this.heardAges.note(event.instrument, nowMicros);
        this.books[event.instrument]?.onDeliveredDelta(event);
        break;
      case EventKind.DEPTH_SNAPSHOT:
        this.heardAges.note(event.instrument, nowMicros);
        this.books[event.instrument]?.onDeliveredSnapshot(event);
        break;
      case EventKind.TRADE:
        this.heardAges.note(event.instrument, nowMicros);
        this.checkTrade(event);
        break;
      case EventKind.BOOK_TICKER:
      case EventKind.MARK_PRICE:
        this.heardAges.note(event.instrument, nowMicros);
        break;
      default:
        break;
    }
  }

  /** After it was handled. */
  onApplied(event: Readonly<EngineEvent>, view: EngineView): void {
    if (event.kind === EventKind.FEED_STATUS && event.state === FeedState.DISCONNECTED) {
      this.books[event.instrument]?.onDisconnected(view);
    }
    for (let index = 0; index < this.books.length; index++) {
      const hasFallen = (this.books[index] as BookAudit).onApplied(view);
      if (hasFallen) this.onFallen(index, event);
    }
    this.freshness.onApplied(event, view);
  }

  /** With every timer. `flags`: what the engine believed at its end. */
  onTimer(flags: number, nowMicros: number): void {
    const isBlind = (flags & (TurnFlag.QUOTED_DARK | TurnFlag.HEDGE_DARK)) !== 0;
    if (!isBlind) this.prices.sampleRatio(nowMicros);
  }

  /** A life begins. `isFresh`: it remembers nothing. */
  onStarted(isFresh: boolean): void {
    this.prices.onStarted(isFresh);
    this.freshness.onStarted();
    for (const book of this.books) book.onStarted();
  }

  /** The process is shown less of an instrument's book than there is. */
  onDistorted(instrument: number): void {
    this.books[instrument]?.onDistorted();
  }

  private onFallen(index: number, event: Readonly<EngineEvent>): void {
    // A connection that was seen to break is told by its own event; the book need not say it again.
    const isCut = event.kind === EventKind.FEED_STATUS && event.state === FeedState.DISCONNECTED;
    // A new grid makes every old level meaningless: the book begins anew by itself.
    const text = `the book of instrument ${index} is not live any more`;
    if (isCut || event.kind === EventKind.INSTRUMENT_DEFINED) this.options.findings.excuse(31);
    else this.options.alerts.expect(BOOK_FELL, text, 0, false);
  }

  /** 14: what passes for a trade of an instrument is one that its venue sent. */
  private checkTrade({ instrument, tradeId }: Readonly<TradeEvent>): void {
    const { findings } = this.options;
    findings.count(14);
    if (this.trades[instrument]?.wasSent(tradeId) !== false) return;
    findings.violate(14, `trade ${tradeId} of instrument ${instrument} was never made there`);
  }

  private observeMid(instrument: number, midHalfTicks: number, nowMicros: number): void {
    const definition = this.options.account.instrument(instrument);
    if (definition === null) return;
    const priceUnits = (midHalfTicks * definition.priceUnitsPerTick) / 2;
    this.prices.observe(instrument, priceUnits, nowMicros);
  }
}
