import type { PricingConfiguration } from '#contracts/configuration/pricing-configuration.ts';
import { type Instrument, InstrumentStatus } from '#contracts/instrument.ts';
import type { MarketSnapshot, Markets } from '#contracts/market-snapshot.ts';
import { Side } from '#contracts/order.ts';
import type { PositionState } from '#contracts/position-state.ts';
import { NoQuoteReason, ToxicityLevel } from '#contracts/quote-set.ts';
import { isUsable, type MarketEstimators } from './market-estimators.ts';
import type { MutableQuoteSet, MutableQuoteSide } from './mutable-quote-set.ts';
import type { QuotingPermission } from './quoting-permission.ts';
import { EXTREME_FROM } from './toxicity-monitor.ts';

const BPS_PER_ONE = 10_000;

/**
 * May a side be quoted at all? Session, market, operator, lease, then the market's dangers, in the
 * order of the reason codes. Sizes and edge come after these and belong to SideQuoter.
 */
export class QuoteChecks {
  private readonly configuration: PricingConfiguration;
  private readonly permission: QuotingPermission;
  private readonly estimators: MarketEstimators;

  constructor(
    configuration: PricingConfiguration,
    permission: QuotingPermission,
    estimators: MarketEstimators,
  ) {
    this.configuration = configuration;
    this.permission = permission;
    this.estimators = estimators;
  }

  /** False when the side was refused. `hedgeInstrument` is null where the session has none. Hot. */
  admit(
    side: MutableQuoteSide,
    nowMicros: number,
    markets: Markets,
    position: PositionState,
    instrument: Instrument,
    hedgeInstrument: Instrument | null,
  ): boolean {
    return (
      this.checkSession(side, position.isReconciled, hedgeInstrument) &&
      this.checkSight(side, position, nowMicros) &&
      this.checkStatus(side, instrument, hedgeInstrument) &&
      this.checkMarkets(side, markets, nowMicros) &&
      this.checkPermission(side, nowMicros) &&
      this.checkDanger(side)
    );
  }

  /** Bid and ask of our own must not meet: the side that adds to inventory goes. Hot. */
  separate(set: MutableQuoteSet): void {
    const bidTicks = bestTicks(set.bid);
    const askTicks = bestTicks(set.ask);
    if (bidTicks === 0 || askTicks === 0 || bidTicks < askTicks) return;
    const growing = set.inventoryRatio > 0 ? set.bid : set.ask;
    growing.refuse(NoQuoteReason.SELF_CROSS, askTicks, bidTicks);
  }

  /** Pulls what is still quoted around a funding instant. Hot. */
  checkCalendar(set: MutableQuoteSet, nowMicros: number): void {
    const windowMicros = this.configuration.fundingPullMicros;
    if (windowMicros === 0) return;
    const distance = this.estimators.funding.distanceMicros(nowMicros);
    if (distance > windowMicros) return;
    if (set.bid.reason === NoQuoteReason.NONE) {
      set.bid.refuse(NoQuoteReason.CALENDAR, windowMicros, distance);
    }
    if (set.ask.reason === NoQuoteReason.NONE) {
      set.ask.refuse(NoQuoteReason.CALENDAR, windowMicros, distance);
    }
  }

  private checkSession(
    side: MutableQuoteSide,
    isReconciled: boolean,
    hedgeInstrument: Instrument | null,
  ): boolean {
    const needsHedge = this.configuration.requireHedgeMarket;
    const isReady =
      this.permission.hasSession && isReconciled && (hedgeInstrument !== null || !needsHedge);
    if (!isReady) side.refuse(NoQuoteReason.WARMING_UP, 1, 0);
    return isReady;
  }

  /** What fills untold can neither be hedged nor counted against the inventory. */
  private checkSight(side: MutableQuoteSide, position: PositionState, nowMicros: number): boolean {
    const { quotedBlindSinceMicros, hedgeBlindSinceMicros } = position;
    const hedgeSince = this.configuration.requireHedgeMarket ? hedgeBlindSinceMicros : 0;
    const since = quotedBlindSinceMicros === 0 ? hedgeSince : quotedBlindSinceMicros;
    if (since === 0) return true;
    side.refuse(NoQuoteReason.BLIND_ON_FILLS, 0, Math.max(0, nowMicros - since));
    return false;
  }

  private checkStatus(
    side: MutableQuoteSide,
    instrument: Instrument,
    hedgeInstrument: Instrument | null,
  ): boolean {
    const needsHedge = this.configuration.requireHedgeMarket;
    const hedgeStatus =
      needsHedge && hedgeInstrument !== null ? hedgeInstrument.status : InstrumentStatus.TRADING;
    const status = instrument.status === InstrumentStatus.TRADING ? hedgeStatus : instrument.status;
    if (status === InstrumentStatus.TRADING) return true;
    side.refuse(NoQuoteReason.NOT_TRADING, InstrumentStatus.TRADING, status);
    return false;
  }

  private checkMarkets(side: MutableQuoteSide, markets: Markets, nowMicros: number): boolean {
    if (this.isOld(markets.quoted, nowMicros)) {
      this.refuseOld(side, NoQuoteReason.STALE_MARKET, markets.quoted, nowMicros);
      return false;
    }
    if (this.configuration.requireHedgeMarket && this.isOld(markets.hedge, nowMicros)) {
      this.refuseOld(side, NoQuoteReason.STALE_HEDGE_MARKET, markets.hedge, nowMicros);
      return false;
    }
    return true;
  }

  private isOld(snapshot: MarketSnapshot, nowMicros: number): boolean {
    const age = nowMicros - snapshot.receiveTimeMicros;
    return !isUsable(snapshot) || age > this.configuration.marketAgeMaxMicros;
  }

  private refuseOld(
    side: MutableQuoteSide,
    reason: NoQuoteReason,
    snapshot: MarketSnapshot,
    nowMicros: number,
  ): void {
    if (snapshot.receiveTimeMicros === 0) {
      // Nothing came yet: there is no age to speak of.
      side.refuse(NoQuoteReason.WARMING_UP, 1, 0);
      return;
    }
    const age = nowMicros - snapshot.receiveTimeMicros;
    side.refuse(reason, this.configuration.marketAgeMaxMicros, age);
  }

  private checkPermission(side: MutableQuoteSide, nowMicros: number): boolean {
    const { permission } = this;
    if (permission.isPulled(side.side)) {
      side.refuse(NoQuoteReason.PULLED_BY_OPERATOR, 1, 0);
      return false;
    }
    if (!permission.hasLease(nowMicros)) {
      const since = Math.max(0, nowMicros - permission.leaseExpiresMicros);
      side.refuse(NoQuoteReason.NO_LEASE, 1, since);
      return false;
    }
    if (permission.isKilled) {
      side.refuse(NoQuoteReason.KILLED, 1, 0);
      return false;
    }
    if (permission.isKilledByHealth) {
      side.refuse(NoQuoteReason.KILLED, permission.healthLimit, permission.healthMeasured);
      return false;
    }
    if (permission.isPulledByHealth) {
      const { adviceLimit, adviceMeasured } = permission;
      side.refuse(NoQuoteReason.PULLED_BY_HEALTH, adviceLimit, adviceMeasured);
      return false;
    }
    return true;
  }

  /** Clip band, the perpetual's lead, toxic flow: each pulls only the side it would hit. */
  private checkDanger(side: MutableQuoteSide): boolean {
    const { configuration } = this;
    const { fair, toxicity } = this.estimators;
    const sign = side.side === Side.SELL ? 1 : -1;
    const outside = fair.outsideBandTicks * sign;
    if (configuration.pullOutsideClipBand && outside > 0) {
      const allowed = fair.clipRoomTicks;
      side.refuse(NoQuoteReason.FAIR_OUTSIDE_BAND, allowed, allowed + outside);
      return false;
    }
    const allowedLead = (configuration.perpLedMoveMaxBps * fair.fairTicks) / BPS_PER_ONE;
    const lead = toxicity.leadTicks * sign;
    if (allowedLead > 0 && lead > allowedLead) {
      side.refuse(NoQuoteReason.PERP_LED_MOVE, allowedLead, lead);
      return false;
    }
    const isToxic =
      configuration.pullOnExtremeFlow &&
      toxicity.level === ToxicityLevel.EXTREME &&
      toxicity.endangeredSide === side.side;
    if (!isToxic) return true;
    side.refuse(NoQuoteReason.TOXIC_FLOW, EXTREME_FROM, toxicity.signal);
    return false;
  }
}

/** Price of the innermost layer shown, 0 for none. */
function bestTicks(side: MutableQuoteSide): number {
  for (let layer = 0; layer < 3; layer++) {
    const level = side.level(layer);
    if (level.quantityLots > 0) return level.priceTicks;
  }
  return 0;
}
