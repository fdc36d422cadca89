/** 14, 15 and what all else needs of the markets: true books and prices, and what reached the process. */
import { EventKind } from '#contracts/event-kind.ts';
import { type EngineEvent, FeedState, type MarketEvent } from '#contracts/events.ts';
import type { Instrument } from '#contracts/instrument.ts';
import type { AccountBooks } from './account-books.ts';
import { type AlertAudit, BOOK_FELL } from './alert-audit.ts';
import type { EngineView } from './auditor-inputs.ts';
import { BookAudit } from './book-audit.ts';
import type { Findings } from './findings.ts';
import { MarketAges } from './market-ages.ts';
import { ReferencePrices } from './reference-prices.ts';
import { HEDGE } from './situation.ts';
import { TruthBook } from './truth-book.ts';

interface MarketAuditOptions {
  readonly instruments: readonly Instrument[];
  readonly findings: Findings;
  readonly account: AccountBooks;
  readonly alerts: AlertAudit;
}

/** Hot: every public event, twice, and every applied event. */
export class MarketAudit {
  readonly books: readonly BookAudit[];
  readonly prices: ReferencePrices;
  /** When each market last said something, and when something of it last reached the process. */
  readonly saidAges = new MarketAges();
  readonly heardAges = new MarketAges();
  private readonly truths: readonly TruthBook[];
  private readonly findings: Findings;
  private readonly account: AccountBooks;
  private readonly alerts: AlertAudit;

  constructor({ instruments, findings, account, alerts }: MarketAuditOptions) {
    this.findings = findings;
    this.account = account;
    this.alerts = alerts;
    this.truths = instruments.map(() => new TruthBook());
    this.books = this.truths.map((truth, index) => new BookAudit(index, truth, findings));
    this.prices = new ReferencePrices(instruments.length > HEDGE);
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
        break;
      case EventKind.MARK_PRICE:
      case EventKind.FEED_STATUS:
        break;
    }
  }

  /** Right before the process handles it. */
  onDelivered(event: Readonly<EngineEvent>, nowMicros: number): void {
    switch (event.kind) {
      case EventKind.DEPTH_DELTA:
        this.heardAges.note(event.instrument, nowMicros);
        this.books[event.instrument]?.onDeliveredDelta(event);
        break;
      case EventKind.DEPTH_SNAPSHOT:
        this.heardAges.note(event.instrument, nowMicros);
        this.books[event.instrument]?.onDeliveredSnapshot(event);
        break;
      case EventKind.BOOK_TICKER:
      case EventKind.TRADE:
      case EventKind.MARK_PRICE:
        this.heardAges.note(event.instrument, nowMicros);
        break;
      default:
        break;
    }
  }

  /** After it was handled. A live book that fell must be alarmed. */
  onApplied(event: Readonly<EngineEvent>, view: EngineView): void {
    for (let index = 0; index < this.books.length; index++) {
      const hasFallen = (this.books[index] as BookAudit).onApplied(view);
      if (!hasFallen) continue;
      // A connection that was seen to break is told by its own event; the book need not say it again.
      const isCut = event.kind === EventKind.FEED_STATUS && event.state === FeedState.DISCONNECTED;
      // A new grid makes every old level meaningless: the book begins anew by itself.
      const text = `the book of instrument ${index} is not live any more`;
      if (isCut || event.kind === EventKind.INSTRUMENT_DEFINED) this.findings.excuse(31);
      else this.alerts.expect(BOOK_FELL, text, 0, false);
    }
  }

  /** A life begins. */
  onStarted(): void {
    for (const book of this.books) book.onStarted();
  }

  /** The process is shown less of an instrument's book than there is, and nothing tells it so yet. */
  onDistorted(instrument: number): void {
    this.books[instrument]?.onDistorted();
  }

  private observeMid(instrument: number, midHalfTicks: number, nowMicros: number): void {
    const definition = this.account.instrument(instrument);
    if (definition === null) return;
    const priceUnits = (midHalfTicks * definition.priceUnitsPerTick) / 2;
    this.prices.observe(instrument, priceUnits, nowMicros);
  }
}
