import {
  DEFAULT_EXECUTION_CONFIGURATION,
  type ExecutionConfiguration,
} from '#contracts/configuration/execution-configuration.ts';
import { domainSection, key } from './domain-section.ts';

/** `execution:` how quotes and hedge legs become orders. */
export const executionSection = domainSection<ExecutionConfiguration>(
  'How quotes and hedge legs become orders.',
  DEFAULT_EXECUTION_CONFIGURATION,
  {
    strategyId: key.count('strategyId', 1, 1_000_000, 'Tells strategies of one account apart.'),
    hysteresisTicks: key.count(
      'hysteresisTicks',
      1,
      1000,
      'Fewest ticks a quote must be off on the safe side before it is repriced.',
    ),
    hysteresisBps: key.number(
      'hysteresisBps',
      0,
      5,
      'The same in bp of the price; the larger counts.',
    ),
    aggressiveToleranceTicks: key.count(
      'aggressiveToleranceTicks',
      0,
      1000,
      'How far a resting quote may be better than wanted before it is moved at once, ticks.',
    ),
    aggressiveToleranceBps: key.number(
      'aggressiveToleranceBps',
      0,
      2,
      'The same in bp of the price; the larger counts.',
    ),
    distanceSlackRatio: key.number(
      'distanceSlackRatio',
      0,
      0.5,
      'A quote may be off either way by this share of its distance from fair; pricing.floorMarginBps must cover it.',
    ),
    queueValueTicksMax: key.number(
      'queueValueTicksMax',
      0,
      100,
      'Worth of the front of a queue against its end, ticks. 0: place is worth nothing.',
    ),
    growToleranceRatio: key.number(
      'growToleranceRatio',
      0,
      1,
      'A quote may be this share too small before it is replaced (which loses its place).',
    ),
    shrinkToleranceRatio: key.number(
      'shrinkToleranceRatio',
      0,
      1,
      'A quote may be this share too large before it is amended down (which keeps its place).',
    ),
    microLotCount: key.count('microLotCount', 1, 4, 'Child orders one layer is split into.'),
    quoteTtlMicrosL0: key.duration(
      'quoteTtlL0',
      '100ms',
      '1h',
      'Oldest an L0 quote may become: a backstop, not a refresh clock.',
    ),
    quoteTtlMicrosL1: key.duration('quoteTtlL1', '100ms', '1h', 'The same for L1.'),
    quoteTtlMicrosL2: key.duration('quoteTtlL2', '100ms', '1h', 'The same for L2.'),
    emergencyTtlMicros: key.duration(
      'emergencyTtl',
      '100ms',
      '10s',
      'The backstop of all quotes while flow is EXTREME.',
    ),
    hedgeTtlMicros: key.duration(
      'hedgeTtl',
      '100ms',
      '10m',
      'The backstop of a resting hedge leg.',
    ),
    hedgeRepriceTicks: key.count(
      'hedgeRepriceTicks',
      1,
      1000,
      'Ticks a resting hedge leg may be off before it is moved.',
    ),
    pendingTimeoutMicros: key.duration(
      'pendingTimeout',
      '50ms',
      '30s',
      'A request without an answer for so long makes the order UNKNOWN and queries it.',
    ),
    queryBackoffMicros: key.duration(
      'queryBackoff',
      '50ms',
      '30s',
      'First pause between two queries of one order; doubles up to queryBackoffMax.',
    ),
    queryBackoffMicrosMax: key.duration(
      'queryBackoffMax',
      '50ms',
      '5m',
      'Longest pause between two queries of one order.',
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
      'What must elapse past the receive window before "not found" may mean "never existed".',
    ),
    refusalBackoffMicros: key.duration(
      'refusalBackoff',
      '10ms',
      '60s',
      'A refused action is not planned again for so long.',
    ),
    postOnlyBackoffMicros: key.duration(
      'postOnlyBackoff',
      '10ms',
      '60s',
      'A post-only refusal bars its price for so long unless the opposite best moves.',
    ),
    recancelMicros: key.duration(
      'recancel',
      '50ms',
      '10s',
      'After a stop, cancels are repeated this often until nothing lives.',
    ),
    budgetPlacementsPerTenSeconds: key.number(
      'budgetPlacementsPerTenSeconds',
      0.1,
      1000,
      "Placements our own budget gives quotes in ten seconds: about 10 % of the venue's limit.",
    ),
    budgetBurst: key.number('budgetBurst', 1, 1000, 'Most placements the budget saves up.'),
  },
);
