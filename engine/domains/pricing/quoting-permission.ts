import { EventKind } from '#contracts/event-kind.ts';
import {
  type ControlEvent,
  OperatorAction,
  type OperatorEvent,
  type RiskLeaseEvent,
} from '#contracts/events.ts';
import { Side } from '#contracts/order.ts';
import type { Persistent, StateReader, StateWriter } from '#contracts/state-codec.ts';
import { HealthAdvice, type SystemHealth } from '#contracts/system-health.ts';

const BPS_PER_ONE = 10_000;

/**
 * Whether anyone lets us quote: the session, the operator and the risk lease, as their events said.
 * Limits of the lease that shape sizes are kept too, so that pricing does not ask for what the gate
 * must refuse.
 */
export class QuotingPermission implements Persistent {
  hasSession = false;
  /** STOP or SHUTDOWN was said: no quotes for the rest of the session, restarts included. */
  isKilled = false;
  /** Ops said kill: like STOP. The number that fell and its limit. */
  isKilledByHealth = false;
  /** Ops advises to pull both sides for now; what was measured, and the limit it broke. */
  isPulledByHealth = false;
  adviceMeasured = 0;
  adviceLimit = 0;
  healthMeasured = 0;
  healthLimit = 0;
  /** Ops advises to quote wider (or slower) for now. */
  isWidenedByHealth = false;
  /** Event time at which the lease ends; 0: there never was one. */
  leaseExpiresMicros = 0;
  /** Most lots and notional (quote units) of one order on the quoted instrument. */
  maxOrderLots = 0;
  maxOrderNotionalUnits = 0;
  /** Share of a balance the gate lets quotes reserve, 0..1. */
  reservableShare = 1;
  private leaseVersion = 0;
  private isBidPulled = false;
  private isAskPulled = false;

  isPulled(side: Side): boolean {
    return side === Side.BUY ? this.isBidPulled : this.isAskPulled;
  }

  /** A lease of event time `nowMicros` holds and allows orders at all. Hot. */
  hasLease(nowMicros: number): boolean {
    return (
      nowMicros < this.leaseExpiresMicros && this.maxOrderLots > 0 && this.maxOrderNotionalUnits > 0
    );
  }

  onControl(event: Readonly<ControlEvent>): void {
    if (event.kind === EventKind.SESSION_START) this.startSession();
    else if (event.kind === EventKind.RISK_LEASE) this.onLease(event);
    else if (event.kind === EventKind.OPERATOR) this.onOperator(event);
  }

  /** Takes the verdict of ops; true when it changed what may be quoted. */
  onHealth(health: SystemHealth): boolean {
    const isPulled = health.advice >= HealthAdvice.PULL;
    const isWidened = health.advice === HealthAdvice.WIDEN;
    const isKilled = this.isKilledByHealth || health.shouldKill;
    this.adviceMeasured = health.adviceMeasured;
    this.adviceLimit = health.adviceLimit;
    const isSame =
      isPulled === this.isPulledByHealth &&
      isWidened === this.isWidenedByHealth &&
      isKilled === this.isKilledByHealth;
    if (isSame) return false;
    this.isPulledByHealth = isPulled;
    this.isWidenedByHealth = isWidened;
    this.isKilledByHealth = isKilled;
    this.healthMeasured = health.killMeasured;
    this.healthLimit = health.killLimit;
    return true;
  }

  writeState(writer: StateWriter): void {
    writer.flag(this.hasSession);
    writer.flag(this.isKilled);
    writer.flag(this.isKilledByHealth);
    writer.flag(this.isPulledByHealth);
    writer.flag(this.isWidenedByHealth);
    writer.float(this.adviceMeasured);
    writer.float(this.adviceLimit);
    writer.float(this.healthMeasured);
    writer.float(this.healthLimit);
    writer.integer(this.leaseExpiresMicros);
    writer.integer(this.maxOrderLots);
    writer.integer(this.maxOrderNotionalUnits);
    writer.float(this.reservableShare);
    writer.integer(this.leaseVersion);
    writer.flag(this.isBidPulled);
    writer.flag(this.isAskPulled);
  }

  readState(reader: StateReader): void {
    this.hasSession = reader.flag();
    this.isKilled = reader.flag();
    this.isKilledByHealth = reader.flag();
    this.isPulledByHealth = reader.flag();
    this.isWidenedByHealth = reader.flag();
    this.adviceMeasured = reader.float();
    this.adviceLimit = reader.float();
    this.healthMeasured = reader.float();
    this.healthLimit = reader.float();
    this.leaseExpiresMicros = reader.integer();
    this.maxOrderLots = reader.integer();
    this.maxOrderNotionalUnits = reader.integer();
    this.reservableShare = reader.float();
    this.leaseVersion = reader.integer();
    this.isBidPulled = reader.flag();
    this.isAskPulled = reader.flag();
  }

  /**
   * A session starts without a lease: the limits of an earlier one are void. What a person or the kill
   * decision said stays: a session of its own has heard nothing yet, a restart after a crash goes on.
   */
  private startSession(): void {
    this.hasSession = true;
    this.leaseExpiresMicros = 0;
    this.leaseVersion = 0;
    this.maxOrderLots = 0;
    this.maxOrderNotionalUnits = 0;
  }

  /** An older grant that arrives late changes nothing. A lease without a limit allows nothing. */
  private onLease(event: Readonly<RiskLeaseEvent>): void {
    if (event.version < this.leaseVersion) return;
    const { limits } = event;
    this.leaseVersion = event.version;
    this.leaseExpiresMicros = event.expiresAtMicros;
    this.maxOrderLots = limits.maxOrderLots[0] ?? 0;
    this.maxOrderNotionalUnits = limits.maxOrderNotionalUnits[0] ?? 0;
    this.reservableShare =
      (1 - limits.balanceReserveBps / BPS_PER_ONE) / (1 + limits.safetyMarginBps / BPS_PER_ONE);
  }

  private onOperator(event: Readonly<OperatorEvent>): void {
    switch (event.action) {
      case OperatorAction.PULL_ALL:
      case OperatorAction.HEDGE_ONLY:
        this.isBidPulled = true;
        this.isAskPulled = true;
        return;
      case OperatorAction.PULL_BIDS:
        this.isBidPulled = true;
        return;
      case OperatorAction.PULL_ASKS:
        this.isAskPulled = true;
        return;
      case OperatorAction.RESUME:
        this.isBidPulled = false;
        this.isAskPulled = false;
        return;
      case OperatorAction.STOP:
      case OperatorAction.SHUTDOWN:
        this.isKilled = true;
    }
  }
}
