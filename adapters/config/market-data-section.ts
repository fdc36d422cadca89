import {
  DEFAULT_MARKET_DATA_CONFIGURATION,
  type MarketDataConfiguration,
} from '#contracts/configuration/market-data-configuration.ts';
import { domainSection, key } from './domain-section.ts';

/** `marketData:` how books are kept and what counts as stale or absurd. */
export const marketDataSection = domainSection<MarketDataConfiguration>(
  'How books are kept and what counts as stale or absurd.',
  DEFAULT_MARKET_DATA_CONFIGURATION,
  {
    ladderTicks: key.count(
      'ladderTicks',
      1024,
      1_048_576,
      'Ticks of the dense ladder per side; a multiple of 1024.',
    ),
    farLevelsMax: key.count(
      'farLevelsMax',
      1000,
      1_000_000,
      'Levels kept per side outside the dense ladder.',
    ),
    pendingDeltasMax: key.count(
      'pendingDeltasMax',
      1,
      100_000,
      'Depth messages held while the book resyncs.',
    ),
    reorderWindowMicros: key.duration(
      'reorderWindow',
      '0us',
      '1s',
      'How long a missing message may arrive late before a snapshot is asked for.',
    ),
    snapshotRetryMicrosMin: key.duration(
      'snapshotRetryMin',
      '100ms',
      '60s',
      'First pause between two snapshot requests; doubles up to snapshotRetryMax.',
    ),
    snapshotRetryMicrosMax: key.duration(
      'snapshotRetryMax',
      '100ms',
      '10m',
      'Longest pause between two snapshot requests.',
    ),
    freshnessFloorMicros: key.duration(
      'freshnessFloor',
      '50ms',
      '60s',
      'A feed silent for less than this is never stale.',
    ),
    freshnessCeilingMicros: key.duration(
      'freshnessCeiling',
      '50ms',
      '10m',
      'A feed silent for more than this is always stale.',
    ),
    freshnessBaselineMultiple: key.number(
      'freshnessBaselineMultiple',
      1,
      1000,
      'Between the two: stale after this many times the usual gap between messages.',
    ),
    depthLagMicrosMax: key.duration(
      'depthLagMax',
      '100ms',
      '60s',
      'Longest the depth stream may stay behind the book ticker.',
    ),
    priceBandBps: key.number(
      'priceBandBps',
      1,
      10_000,
      'A tick farther from the slow centre than this, in bp, is held back until confirmed.',
    ),
    centreHalfLifeMicros: key.duration(
      'centreHalfLife',
      '100ms',
      '1h',
      'Half-life of the slow centre.',
    ),
    confirmingTicks: key.count(
      'confirmingTicks',
      1,
      100,
      'Agreeing ticks in a row that confirm a price outside the band.',
    ),
    absurdNotionalQuote: key.number(
      'absurdNotional',
      0,
      1e12,
      'A trade or touch worth more than this many quote assets is absurd. 0: off.',
    ),
  },
);
