import {
  type AccountStateConfiguration,
  DEFAULT_ACCOUNT_STATE_CONFIGURATION,
} from '#contracts/configuration/account-state-configuration.ts';
import { domainSection, key } from './domain-section.ts';

/** `accountState:` how the venue's words about our account are taken. */
export const accountStateSection = domainSection<AccountStateConfiguration>(
  "How the venue's words about our account are taken.",
  DEFAULT_ACCOUNT_STATE_CONFIGURATION,
  {
    feeAssetPriceUnits: key.money(
      'feeAssetPrice',
      '0',
      '1000000',
      'Worth of one fee asset (BNB) in quote currency. "0": commissions in it are counted but not valued.',
    ),
    feeAssetLowUnits: key.money(
      'feeAssetLow',
      '0',
      '1000000',
      'Alert when less of the fee asset is left. "0": never.',
    ),
    ownOrderMemoryMicros: key.duration(
      'ownOrderMemory',
      '100ms',
      '60s',
      'How long an ended order is still taken out of books older than its end.',
    ),
    accountQueryIntervalMicros: key.duration(
      'accountQueryInterval',
      '100ms',
      '60s',
      'Least time between two rounds of account queries asked for by anomalies.',
    ),
    reconcileIntervalMicros: key.duration(
      'reconcileInterval',
      '1s',
      '10m',
      'Time from the end of one full reconciliation with the venue to the start of the next.',
    ),
    queryTimeoutMicros: key.duration(
      'queryTimeout',
      '100ms',
      '60s',
      'An account query without an answer for so long is asked again; the wait doubles up to eight times this.',
    ),
  },
);
