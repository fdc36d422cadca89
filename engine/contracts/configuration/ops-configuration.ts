import { type AssetUnits, type DurationMicros, durationMicros } from '#units/integers.ts';

/** When health is bad enough to slow down, to pull quotes, or to stop. 0 switches a limit off where the field says so. */
export interface OpsConfiguration {
  /** Loss since the start of the UTC day, in basis points of the equity then: pull quotes. */
  readonly dailyLossPullBps: number;
  /** The same loss that kills. Above `dailyLossPullBps`. */
  readonly dailyLossKillBps: number;
  /** Fall from the session's peak equity that kills, in basis points of the peak. */
  readonly drawdownKillBps: number;
  /** Fall of equity within `lossVelocityMicros` that kills, in basis points. */
  readonly lossVelocityKillBps: number;
  readonly lossVelocityMicros: DurationMicros;
  /** Largest offset of our clock. 100 ms. */
  readonly clockOffsetMaxMicros: DurationMicros;
  /** Largest p99 of the loop. 10 ms. */
  readonly loopP99MaxMicros: DurationMicros;
  /** Longest the journal may lag behind the applied events. */
  readonly journalLagMaxMicros: DurationMicros;
  /** Bad measurements in a row before one kills: a single one may be the measurement's own fault. 1 to 10. */
  readonly measurementsToKill: number;
  /** Longest a correction of balances or positions may stay unconfirmed. */
  readonly mismatchMaxMicros: DurationMicros;
  /** Longest an order's outcome may stay unknown. */
  readonly unknownOrderMaxMicros: DurationMicros;
  /** Refusals within `rejectStormMicros` that kill; post-only and local ones do not count. 0: never. */
  readonly rejectStormCount: number;
  readonly rejectStormMicros: DurationMicros;
  /** Free margin as a share of the wallet, while a position is held: widen below, kill below. 0: never. */
  readonly marginRatioWiden: number;
  readonly marginRatioKill: number;
  /** Net delta in quote units that must not last longer than `deltaLimitMicros`. 0: never. */
  readonly deltaLimitQuoteUnits: AssetUnits;
  readonly deltaLimitMicros: DurationMicros;
  /** A market stale for this long is down, not only degraded. */
  readonly staleMarketMaxMicros: DurationMicros;
  /** No order of ours in the book for this long: pricing and execution are degraded. */
  readonly noQuoteMicros: DurationMicros;
  /** A better status is believed only after this long without a reason for the worse one. */
  readonly recoverMicros: DurationMicros;
  /** Anomalies in a minute from which health is degraded. */
  readonly anomaliesDegraded: number;
  /** Share of the message budget from which to slow down. 0 to 1. */
  readonly messageBudgetSlowRatio: number;
}

export const DEFAULT_OPS_CONFIGURATION: OpsConfiguration = {
  dailyLossPullBps: 30,
  dailyLossKillBps: 200,
  drawdownKillBps: 100,
  lossVelocityKillBps: 50,
  lossVelocityMicros: durationMicros(60_000_000),
  clockOffsetMaxMicros: durationMicros(100_000),
  loopP99MaxMicros: durationMicros(10_000),
  journalLagMaxMicros: durationMicros(1_000_000),
  measurementsToKill: 3,
  mismatchMaxMicros: durationMicros(30_000_000),
  unknownOrderMaxMicros: durationMicros(30_000_000),
  rejectStormCount: 30,
  rejectStormMicros: durationMicros(10_000_000),
  marginRatioWiden: 0.2,
  marginRatioKill: 0.05,
  deltaLimitQuoteUnits: 0 as AssetUnits,
  deltaLimitMicros: durationMicros(10_000_000),
  staleMarketMaxMicros: durationMicros(5_000_000),
  noQuoteMicros: durationMicros(30_000_000),
  recoverMicros: durationMicros(5_000_000),
  anomaliesDegraded: 10,
  messageBudgetSlowRatio: 0.7,
};
