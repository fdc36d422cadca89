import { DEFAULT_ACCOUNT_STATE_CONFIGURATION } from '#contracts/configuration/account-state-configuration.ts';
import {
  BalanceEvent,
  FundingPaymentEvent,
  PerpPositionEvent,
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

  report(choice: ReportChoice): ExecutionReport {
    const report = makeReport(choice);
    this.account.apply(report);
    return report;
  }

  /** 1000 base, 200 quote, 100 margin, short 1000 at 0.16; mids 0.16. */
  open(): this {
    this.balance(BalanceSlot.SPOT_BASE, 1_000 * WHOLE, 0, 10);
    this.balance(BalanceSlot.SPOT_QUOTE, 200 * WHOLE, 0, 10);
    this.balance(BalanceSlot.SPOT_FEE_ASSET, WHOLE, 0, 10);
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
