import {
  DEFAULT_OPS_CONFIGURATION,
  type OpsConfiguration,
} from '#contracts/configuration/ops-configuration.ts';
import { domainSection, key } from './domain-section.ts';

/** `ops:` when health is bad enough to slow down, to pull quotes, or to stop. */
export const opsSection = domainSection<OpsConfiguration>(
  'When health is bad enough to slow down, to pull quotes, or to stop.',
  DEFAULT_OPS_CONFIGURATION,
  {
    dailyLossPullBps: key.number(
      'dailyLossPullBps',
      1,
      1000,
      'Loss since the start of the UTC day, bp of the equity then, that pulls the quotes.',
    ),
    dailyLossKillBps: key.number(
      'dailyLossKillBps',
      1,
      5000,
      'The same loss that stops the session.',
    ),
    drawdownKillBps: key.number(
      'drawdownKillBps',
      1,
      5000,
      "Fall from the session's peak equity that stops it, bp of the peak.",
    ),
    lossVelocityKillBps: key.number(
      'lossVelocityKillBps',
      1,
      5000,
      'Fall of equity within `lossVelocity` that stops the session, bp.',
    ),
    lossVelocityMicros: key.duration(
      'lossVelocity',
      '1s',
      '1h',
      'The time in which that fall counts.',
    ),
    clockOffsetMaxMicros: key.duration(
      'clockOffsetMax',
      '1ms',
      '10s',
      'Largest offset of our clock.',
    ),
    loopP99MaxMicros: key.duration('loopP99Max', '100us', '10s', 'Largest p99 of the loop.'),
    journalLagMaxMicros: key.duration(
      'journalLagMax',
      '10ms',
      '1m',
      'Longest the journal may lag behind the applied events.',
    ),
    measurementsToKill: key.count(
      'measurementsToKill',
      1,
      10,
      'Bad measurements in a row before one stops the session.',
    ),
    mismatchMaxMicros: key.duration(
      'mismatchMax',
      '1s',
      '10m',
      'Longest a correction of balances or positions may stay unconfirmed.',
    ),
    unknownOrderMaxMicros: key.duration(
      'unknownOrderMax',
      '1s',
      '10m',
      "Longest an order's outcome may stay unknown.",
    ),
    rejectStormCount: key.count(
      'rejectStormCount',
      0,
      10_000,
      'Refusals within `rejectStorm` that stop the session; post-only and local ones do not count. 0: never.',
    ),
    rejectStormMicros: key.duration(
      'rejectStorm',
      '1s',
      '10m',
      'The time in which those refusals count.',
    ),
    marginRatioWiden: key.number(
      'marginRatioWiden',
      0,
      1,
      'Free margin as a share of the wallet below which quotes widen. 0: never.',
    ),
    marginRatioKill: key.number(
      'marginRatioKill',
      0,
      1,
      'Free margin as a share of the wallet below which the session stops. 0: never.',
    ),
    deltaLimitQuoteUnits: key.money(
      'deltaLimit',
      '0',
      '10000000',
      'Net delta in quote currency that stops the session when it lasts longer than `deltaLimitTime`. "0": three times the hard band of hedging.',
    ),
    deltaLimitMicros: key.duration(
      'deltaLimitTime',
      '100ms',
      '10m',
      'How long that delta may last.',
    ),
    staleMarketMaxMicros: key.duration(
      'staleMarketMax',
      '100ms',
      '10m',
      'A market stale for this long is down, not only degraded.',
    ),
    noQuoteMicros: key.duration(
      'noQuote',
      '1s',
      '1d',
      'No order of ours in the book for this long: pricing and execution are degraded.',
    ),
    recoverMicros: key.duration(
      'recover',
      '0us',
      '10m',
      'A better status is believed only after this long without a reason for the worse one.',
    ),
    anomaliesDegraded: key.count(
      'anomaliesDegraded',
      1,
      100_000,
      'Anomalies in a minute from which health is degraded.',
    ),
    messageBudgetSlowRatio: key.number(
      'messageBudgetSlowRatio',
      0.01,
      1,
      'Share of the message budget from which to slow down.',
    ),
  },
);
