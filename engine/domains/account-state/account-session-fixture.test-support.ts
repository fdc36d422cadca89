import type { CommandKind, RequestCommand } from '#contracts/commands.ts';
import { DEFAULT_ACCOUNT_STATE_CONFIGURATION } from '#contracts/configuration/account-state-configuration.ts';
import {
  AccountQuery,
  BalanceEvent,
  type FeedState,
  FundingPaymentEvent,
  PerpPositionEvent,
  PrivateFeedStatusEvent,
  QueryCompletedEvent,
  SessionStartEvent,
  TimerEvent,
} from '#contracts/events.ts';
import type { ExecutionReport } from '#contracts/execution-report.ts';
import { InstrumentRole } from '#contracts/instrument.ts';
import { BalanceSlot } from '#contracts/order.ts';
import { StateBytesWriter } from '#loop/state-bytes.ts';
import {
  assetUnits,
  epochMicros,
  instrumentIndex,
  priceUnits,
  quantityLots,
} from '#units/integers.ts';
import { AccountStateManager } from './account-state.ts';
import {
  makeInstrument,
  makeReport,
  type ReportChoice,
  TestInstruments,
  TestMarkets,
  TestOutput,
} from './session-fixture.test-support.ts';

export const WHOLE = 100_000_000;
const HEDGE = instrumentIndex(1);

export class Session {
  readonly markets = new TestMarkets();
  readonly output = new TestOutput();
  readonly account: AccountStateManager;

  constructor(hasHedge = true, feeAssetPrice = 0) {
    const spot = makeInstrument({ role: InstrumentRole.QUOTED });
    const perp = hasHedge ? makeInstrument({ role: InstrumentRole.HEDGE, tickDecimals: 6 }) : null;
    this.account = new AccountStateManager({
      configuration: {
        ...DEFAULT_ACCOUNT_STATE_CONFIGURATION,
        feeAssetPriceUnits: assetUnits(feeAssetPrice),
        feeAssetLowUnits: assetUnits(WHOLE / 2),
      },
      inventory: {
        targetSpotBaseUnits: assetUnits(1_000 * WHOLE),
        maxDeviationBaseUnits: assetUnits(500 * WHOLE),
        targetDeltaBaseUnits: assetUnits(0),
      },
      instruments: new TestInstruments(spot, perp),
      output: this.output,
    });
    this.account.bindMarkets(this.markets);
  }

  balance(slot: BalanceSlot, free: number, locked: number, at: number): void {
    const event = new BalanceEvent();
    event.slot = slot;
    event.freeUnits = assetUnits(free);
    event.lockedUnits = assetUnits(locked);
    event.venueTimeMicros = epochMicros(at);
    event.atMicros = epochMicros(at);
    this.account.apply(event);
  }

  perp(lots: number, entry: number, at: number): void {
    const event = new PerpPositionEvent();
    event.instrument = HEDGE;
    event.positionLots = quantityLots(lots);
    event.entryPriceUnits = priceUnits(entry);
    event.venueTimeMicros = epochMicros(at);
    event.atMicros = epochMicros(at);
    this.account.apply(event);
  }

  funding(amount: number, at: number): void {
    const event = new FundingPaymentEvent();
    event.amountUnits = assetUnits(amount);
    event.venueTimeMicros = epochMicros(at);
    event.atMicros = epochMicros(at);
    this.account.apply(event);
  }

  timer(at: number): void {
    const event = new TimerEvent();
    event.atMicros = epochMicros(at);
    this.account.onTimer(event);
  }

  /** A session starts; all instruments are defined before it here. */
  start(at: number): this {
    const event = new SessionStartEvent();
    event.atMicros = epochMicros(at);
    this.account.onControl(event);
    return this;
  }

  /** The end of one answer; `at` is when the venue looked and when it reached us. */
  completed(choice: {
    readonly query: AccountQuery;
    readonly market: number;
    readonly at: number;
    readonly asked: number;
    readonly hasMore?: boolean;
  }): void {
    const event = new QueryCompletedEvent();
    event.query = choice.query;
    event.instrument = instrumentIndex(choice.market);
    event.venueTimeMicros = epochMicros(choice.at);
    event.atMicros = epochMicros(choice.at);
    event.requestedAtMicros = epochMicros(choice.asked);
    event.hasMore = choice.hasMore ?? false;
    this.account.apply(event);
  }

  /** All answers of both markets arrive, with nothing in them that was not told. */
  answer(at: number, asked = at): void {
    for (const query of Object.values(AccountQuery)) {
      for (const market of [0, 1]) this.completed({ query, market, at, asked });
    }
  }

  privateFeed(market: number, state: FeedState, at: number): void {
    const event = new PrivateFeedStatusEvent();
    event.instrument = instrumentIndex(market);
    event.state = state;
    event.atMicros = epochMicros(at);
    this.account.apply(event);
  }

  /** Requests of one kind since the start. */
  requests(kind: CommandKind): RequestCommand[] {
    return this.output.commands.filter((one): one is RequestCommand => one.kind === kind);
  }

  /** Applies a report as it is. */
  apply(report: ExecutionReport): void {
    this.account.apply(report);
  }

  report(choice: ReportChoice): ExecutionReport {
    const report = makeReport(choice);
    this.account.apply(report);
    return report;
  }

  /** 1000 base, 200 quote, 100 margin, short 1000 at 0.16; mids 0.16. */
  open(): this {
    this.balance(BalanceSlot.SPOT_FEE_ASSET, WHOLE, 0, 10);
    return this.openWithoutFeeAsset();
  }

  openWithoutFeeAsset(): this {
    this.balance(BalanceSlot.SPOT_BASE, 1_000 * WHOLE, 0, 10);
    this.balance(BalanceSlot.SPOT_QUOTE, 200 * WHOLE, 0, 10);
    this.balance(BalanceSlot.PERP_MARGIN, 100 * WHOLE, 16 * WHOLE, 10);
    this.perp(-1_000, 16_000_000, 10);
    this.markets.set('quoted', 15_999, 16_001, 20);
    this.markets.set('hedge', 159_990, 160_010, 20);
    this.timer(30);
    return this;
  }

  stateBytes(): Uint8Array {
    const writer = new StateBytesWriter();
    this.account.writeState(writer);
    return writer.written().slice();
  }
}
