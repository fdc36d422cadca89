/**
 * Goal: a hedging manager in a session with one live order per leg slot and a venue a few
 * milliseconds away.
 * Method: the position is moved by hand or by the small venue; no test of its own.
 */
import {
  DEFAULT_HEDGING_CONFIGURATION,
  type HedgingConfiguration,
} from '#contracts/configuration/hedging-configuration.ts';
import { type OperatorAction, OperatorEvent, TimerEvent } from '#contracts/events.ts';
import { ReportStatus } from '#contracts/execution-report.ts';
import type { HedgeCommand } from '#contracts/hedge-command.ts';
import { InstrumentRole } from '#contracts/instrument.ts';
import { CommissionAsset, Side } from '#contracts/order.ts';
import type { PositionState } from '#contracts/position-state.ts';
import {
  makeInstrument,
  makeReport,
  TestInstruments,
  TestMarkets,
  TestOutput,
} from '#domains/account-state/session-fixture.test-support.ts';
import { StateBytesWriter } from '#loop/state-bytes.ts';
import { type AssetUnits, assetUnits, epochMicros } from '#units/integers.ts';
import { HedgingManager } from './hedging.ts';

export const WHOLE = 100_000_000;
/** Base units of 1 lot; the fixture's price is 0.16, its minimum notional 5 = 32 lots. */
export const LOT = 100_000_000;

export type MutablePosition = { -readonly [Key in keyof PositionState]: PositionState[Key] };

export function flatPosition(): MutablePosition {
  const zero = assetUnits(0);
  return {
    version: 1,
    atMicros: epochMicros(0),
    isReconciled: true,
    quotedBlindSinceMicros: epochMicros(0),
    hedgeBlindSinceMicros: epochMicros(0),
    isHedgeFillMissing: false,
    quotedUntoldBuyUnits: zero,
    quotedUntoldSellUnits: zero,
    spotBaseUnits: zero,
    freeBaseUnits: zero,
    freeQuoteUnits: zero,
    totalQuoteUnits: zero,
    feeAssetUnits: zero,
    perpBaseUnits: zero,
    spotAveragePrice: 0 as PositionState['spotAveragePrice'],
    perpAveragePrice: 0 as PositionState['perpAveragePrice'],
    marginWalletUnits: assetUnits(1_000 * WHOLE),
    marginFreeUnits: assetUnits(1_000 * WHOLE),
    netDeltaBaseUnits: zero,
    netDeltaQuoteUnits: zero,
    inventoryRatio: 0,
    realizedPnlUnits: zero,
    unrealizedPnlUnits: zero,
    equityUnits: zero,
    peakEquityUnits: zero,
    startEquityUnits: zero,
  };
}

/** An order of the one leg slot on its way: what execution and the venue make of the wish. */
interface LiveLeg {
  readonly id: number;
  readonly side: Side;
  lots: number;
  readonly isPassive: boolean;
  readonly arrivesAt: number;
  isCanceling: boolean;
}

export class HedgingSession {
  readonly markets = new TestMarkets();
  readonly output = new TestOutput();
  readonly position = flatPosition();
  readonly instruments = new TestInstruments(
    makeInstrument({ role: InstrumentRole.QUOTED }),
    makeInstrument({ role: InstrumentRole.HEDGE }),
  );
  readonly hedging: HedgingManager;
  now = 1_000_000;
  tradeId = 0;
  live: LiveLeg | null = null;
  orderCount = 0;
  private latency = 30_000;

  constructor(changes: Partial<HedgingConfiguration> = {}, targetDelta = 0) {
    this.hedging = new HedgingManager({
      // Band 100 lots = 16 quote units wide: trigger 50, rest 20, hard 200 lots.
      configuration: {
        ...DEFAULT_HEDGING_CONFIGURATION,
        bandFixedQuoteUnits: assetUnits(16 * WHOLE),
        ...changes,
      },
      inventory: {
        targetSpotBaseUnits: assetUnits(0),
        maxDeviationBaseUnits: assetUnits(1_000 * WHOLE),
        targetDeltaBaseUnits: assetUnits(targetDelta),
      },
      instruments: this.instruments,
      output: this.output,
    });
    this.quote(16_000);
  }

  quote(midTicks: number, levelLots = 1_000_000): void {
    this.markets.set('quoted', midTicks - 1, midTicks + 1, this.now, levelLots);
    this.markets.set('hedge', midTicks - 1, midTicks + 1, this.now, levelLots);
  }

  plan(): HedgeCommand {
    return this.hedging.plan(this.markets, this.position);
  }

  /** Moves time by a timer event and plans. */
  after(micros: number): HedgeCommand {
    this.now += micros;
    const event = new TimerEvent();
    event.atMicros = epochMicros(this.now);
    this.hedging.onTimer(event);
    return this.plan();
  }

  operator(action: OperatorAction): HedgeCommand {
    const event = new OperatorEvent();
    event.action = action;
    event.atMicros = epochMicros(this.now);
    this.hedging.onControl(event);
    return this.plan();
  }

  setDelta(lots: number): void {
    this.position.netDeltaBaseUnits = assetUnits(lots * LOT);
    this.position.spotBaseUnits = (this.position.netDeltaBaseUnits -
      this.position.perpBaseUnits) as AssetUnits;
  }

  /** One quoting fill of signed lots, as account state and the loop would pass it on. */
  spotFill(signedLots: number): HedgeCommand {
    this.position.spotBaseUnits = (this.position.spotBaseUnits + signedLots * LOT) as AssetUnits;
    this.position.netDeltaBaseUnits = (this.position.netDeltaBaseUnits +
      signedLots * LOT) as AssetUnits;
    this.tradeId += 1;
    this.hedging.onReport(
      makeReport({
        side: signedLots > 0 ? Side.BUY : Side.SELL,
        status: ReportStatus.FILLED,
        last: Math.abs(signedLots),
        lastPrice: 16_000,
        tradeId: this.tradeId,
        at: this.now,
      }),
    );
    return this.plan();
  }

  hedgeFill(side: Side, lots: number, isMaker: boolean, id = 1): void {
    const signed = (side === Side.BUY ? 1 : -1) * lots * LOT;
    this.position.perpBaseUnits = (this.position.perpBaseUnits + signed) as AssetUnits;
    this.position.netDeltaBaseUnits = (this.position.netDeltaBaseUnits + signed) as AssetUnits;
    this.tradeId += 1;
    this.hedging.onReport(
      makeReport({
        instrument: 1,
        id,
        side,
        status: ReportStatus.FILLED,
        last: lots,
        lastPrice: side === Side.BUY ? 16_001 : 15_999,
        tradeId: this.tradeId,
        isMaker,
        fee: 100,
        feeAsset: CommissionAsset.MARGIN,
        at: this.now,
      }),
    );
  }

  /** What execution and a venue do with the wish: one live order, cancelled before it is replaced. */
  serve(passiveFills: boolean): void {
    this.settle(passiveFills);
    const wish = this.plan();
    const leg = wish.legCount > 0 ? wish.legs[0] : undefined;
    if (this.live === null) {
      if (leg === undefined || leg.quantityLots === 0) return;
      this.orderCount += 1;
      this.live = {
        id: this.orderCount,
        side: leg.side,
        lots: leg.quantityLots,
        isPassive: leg.isPassive,
        arrivesAt: this.now + this.latency,
        isCanceling: false,
      };
      return;
    }
    const isWanted = leg?.isPassive === true && leg.side === this.live.side;
    if (!this.live.isPassive || isWanted || this.live.isCanceling) return;
    this.live = { ...this.live, isCanceling: true, arrivesAt: this.now + this.latency };
  }

  stateBytes(): Uint8Array {
    const writer = new StateBytesWriter();
    this.hedging.writeState(writer);
    return writer.written().slice();
  }

  private settle(passiveFills: boolean): void {
    const live = this.live;
    if (live === null || this.now < live.arrivesAt) return;
    if (live.isCanceling) {
      this.live = null;
      this.end(live, ReportStatus.CANCELED);
    } else if (!live.isPassive || passiveFills) {
      this.live = null;
      this.hedgeFill(live.side, live.lots, live.isPassive, live.id);
    }
  }

  private end(live: LiveLeg, status: ReportStatus): void {
    this.hedging.onReport(
      makeReport({ instrument: 1, id: live.id, side: live.side, status, at: this.now }),
    );
  }
}
