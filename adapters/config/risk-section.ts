import {
  DEFAULT_RISK_CONFIGURATION,
  type RiskConfiguration,
} from '#contracts/configuration/risk-configuration.ts';
import { domainSection, key } from './domain-section.ts';

/** `risk:` how the gate measures. What it allows stands under `limits`. */
export const riskSection = domainSection<RiskConfiguration>(
  'How the gate measures. What it allows stands under `limits`.',
  DEFAULT_RISK_CONFIGURATION,
  {
    initialMarginBps: key.derived(),
    targetDeltaBaseUnits: key.derived(),
    selfTradePolicy: key.choice(
      'selfTradePolicy',
      ['reject', 'warn', 'cancel-oldest', 'cancel-smallest'],
      'What happens when a new order would meet an own one.',
    ),
    reducesRiskSlackLots: key.number(
      'reducesRiskSlackLots',
      0,
      2,
      'Lots by which hedges may pass the flat point: rounding to whole lots.',
    ),
    basisTimeConstantMicros: key.duration(
      'basisTimeConstant',
      '1s',
      '1h',
      'Time constant of the slow spot to perpetual price ratio behind the collar.',
    ),
    slowMidTimeConstantMicros: key.duration(
      'slowMidTimeConstant',
      '100ms',
      '10m',
      "Time constant of the slow own mid, the collar's reference without a perpetual.",
    ),
    reservationTimeoutMicros: key.duration(
      'reservationTimeout',
      '1s',
      '10m',
      'A reservation without news for so long is queried; it is never released blindly.',
    ),
    recancelMicros: key.duration(
      'recancel',
      '50ms',
      '10s',
      'A repeated cancel of one order within this time is a duplicate.',
    ),
    receiveWindowMicros: key.duration(
      'receiveWindow',
      '100ms',
      '60s',
      'How old a request may be when the venue takes it (recvWindow).',
    ),
    notFoundMarginMicros: key.duration(
      'notFoundMargin',
      '10s',
      '5m',
      'What must elapse past it before "not found" may mean "never existed".',
    ),
    alertPauseMicros: key.duration(
      'alertPause',
      '0us',
      '10m',
      'At most one alert of each refusal code in this time.',
    ),
  },
);
