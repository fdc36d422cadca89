import { z } from 'zod';
import { REGIME_NAMES } from '#contracts/configuration/simulation-configuration.ts';
import { choice, count, duration, flag, money, number, text } from './fields.ts';

/** `session:` where a session is recorded and how. */
export const sessionSection = z
  .strictObject({
    directory: text(
      'sessions',
      /^.+$/,
      'the path of a folder',
      'Folder of the recorded sessions, relative to where the program starts.',
    ),
    checkpointEvents: count(
      10_000,
      100,
      1_000_000,
      'Events between two checkpoints with state and command hashes.',
    ),
    segmentMebibytes: count(64, 1, 4096, 'Size at which a journal segment is closed, MiB.'),
    durability: choice(
      ['worker', 'inline'],
      'inline',
      'Who writes the journal: a thread of its own, or the loop itself in batches (replays faster than real time).',
    ),
  })
  .prefault({})
  .meta({ description: 'Where a session is recorded and how.' });

/** `fees:` the account's fee tier. */
export const feesSection = z
  .strictObject({
    tier: text(
      'VIP0',
      /^(VIP[0-9]|ZERO|REBATE)(\+BNB)?$/i,
      'VIP0 to VIP9, ZERO or REBATE, optionally with "+BNB",',
      'Fee tier: VIP0 to VIP9, ZERO or REBATE (hypothetical), each optionally "+BNB". List prices; live trading reads the account.',
    ),
    spotMakerBps: feeOverride('Spot maker fee in bp, or "tier".'),
    spotTakerBps: feeOverride('Spot taker fee in bp, or "tier".'),
    perpMakerBps: feeOverride('Perpetual maker fee in bp, or "tier".'),
    perpTakerBps: feeOverride('Perpetual taker fee in bp, or "tier".'),
  })
  .prefault({})
  .meta({ description: "The account's fee tier." });

function feeOverride(description: string) {
  return z
    .union([z.literal('tier'), z.number().min(-10).max(100)], {
      error: '"tier" or a number of basis points between -10 and 100 is wanted here',
    })
    .default('tier')
    .meta({ description, shown: 'tier' });
}

/** `account:` what the simulated account starts with. Live trading asks the venue. */
export const accountSection = z
  .strictObject({
    baseNotional: money(
      '20000',
      '0',
      '10000000',
      'Spot stock at the start, as its worth in quote currency at the start price.',
    ),
    quote: money('20000', '0', '10000000', 'Quote currency on the spot wallet at the start.'),
    margin: money(
      '20000',
      '0',
      '10000000',
      "Quote currency on the perpetual's wallet at the start.",
    ),
    feeAsset: money(
      '0',
      '0',
      '1000000',
      'Fee asset (BNB) at the start. Only used with a "+BNB" tier.',
    ),
    startPosition: choice(
      ['matched', 'flat'],
      'matched',
      'The perpetual position at the start: short as much as the target stock, or none.',
    ),
    leverage: count(5, 1, 125, 'Leverage of the perpetual account.'),
  })
  .prefault({})
  .meta({ description: 'What the simulated account starts with. Live trading asks the venue.' });

/** `inventory:` what stock is neutral and how far it may stray. */
export const inventorySection = z
  .strictObject({
    targetNotional: money(
      '20000',
      '0',
      '10000000',
      'Neutral spot stock, as its worth in quote currency at the start price. Spot cannot short: the ask needs stock.',
    ),
    maxDeviationNotional: money(
      '3000',
      '1',
      '10000000',
      'Allowed deviation from it, as worth in quote currency at the start price.',
    ),
  })
  .prefault({})
  .meta({ description: 'What stock is neutral and how far it may stray.' });

/** `limits:` what the risk authority grants. Zero means nothing is allowed. */
export const limitsSection = z
  .strictObject({
    maxOrderNotional: money('2000', '0', '10000000', 'Largest single quote, in quote currency.'),
    maxHedgeOrderNotional: money(
      '6000',
      '0',
      '10000000',
      'Largest single hedge leg, in quote currency.',
    ),
    maxOpenOrders: count(24, 0, 200, 'Most open quotes.'),
    maxHedgeOpenOrders: count(8, 0, 200, 'Most open hedge legs.'),
    maxLongNotional: money(
      '30000',
      '0',
      '10000000',
      'Largest spot stock, held and working, as worth in quote currency at the start price.',
    ),
    maxPerpNotional: money(
      '40000',
      '0',
      '10000000',
      'Largest perpetual position either way, held and working, at the start price.',
    ),
    maxGrossNotional: money(
      '90000',
      '0',
      '50000000',
      'Spot and perpetual together, held and working.',
    ),
    priceCollarBps: number(
      150,
      1,
      5000,
      'Farthest a new quote may be from the independent reference price, bp.',
    ),
    referenceAgeMax: duration('3s', '100ms', '60s', 'Oldest reference price the collar accepts.'),
    ordersPerTenSeconds: count(
      90,
      1,
      90,
      'Placements of quotes in any ten seconds: at most nine tenths of the 100 that the venue allows.',
    ),
    hedgeOrdersPerTenSeconds: count(
      60,
      1,
      180,
      'Placements of hedge legs in any ten seconds: at most nine tenths of the 1200 that the venue allows in a minute (and 300 in ten seconds).',
    ),
    reservedForHedges: count(
      5,
      0,
      100,
      'Placements of each of the two that quotes may never use: kept for orders that reduce risk.',
    ),
    balanceReserveBps: number(
      200,
      0,
      5000,
      'Share of each free balance that no order may use, bp.',
    ),
    safetyMarginBps: number(
      200,
      0,
      5000,
      'Added to every reservation of quote currency and margin, bp.',
    ),
    leaseExpiry: duration('1s', '250ms', '10s', 'How long granted limits last without renewal.'),
    leaseRenewal: duration('250ms', '50ms', '5s', 'How often they are renewed.'),
  })
  .prefault({})
  .meta({ description: 'What the risk authority grants. Zero means nothing is allowed.' });

/** `simulation:` the simulated venue and the synthetic market. */
export const simulationSection = z
  .strictObject({
    regime: choice(
      ['mixed', ...REGIME_NAMES],
      'mixed',
      'Mood of the synthetic market; `mixed` switches by the seed.',
    ),
    startPrice: text(
      'auto',
      /^(auto|\d+(\.\d+)?)$/,
      '`auto` or a decimal in quotes, like "0.16",',
      'Price the synthetic market starts at, as a decimal in quotes; `auto` for bundled symbols.',
    ),
    startTime: text(
      '2026-01-05T07:55:00Z',
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
      'a UTC time like 2026-01-05T07:55:00Z',
      'Virtual time the synthetic market starts at: a funding instant follows five minutes later.',
    ),
    volatilityBps: number(
      1.2,
      0.01,
      100,
      'Volatility of the calm synthetic market, bp per square root second.',
    ),
    basisMeanBps: number(1.5, -100, 100, 'Mean premium of the perpetual over spot, bp.'),
    basisDeviationBps: number(2, 0, 100, 'Standard deviation of that premium, bp.'),
    fundingInterval: duration('8h', '1h', '8h', 'Time between funding settlements.'),
    latency: choice(
      ['constant', 'stochastic'],
      'stochastic',
      'How order latency is drawn; `backtest --latency interpolated:FILE` uses measurements.',
    ),
    entryLatency: duration(
      '5ms',
      '0us',
      '10s',
      'Mean time from sending an order to the matching engine.',
    ),
    responseLatency: duration(
      '5ms',
      '0us',
      '10s',
      'Mean time from the matching engine back to us.',
    ),
    feedLatency: duration(
      '5ms',
      '0us',
      '10s',
      'Mean time from the matching engine to our market data.',
    ),
    latencyMultiple: number(
      1,
      0.1,
      100,
      'Multiplies all latencies: results at 1, 2 and 5 must degrade step by step.',
    ),
    queueModel: text(
      'power:2',
      /^((power|power2|power3)(:(?=.*[1-9])(\d{1,2}(\.\d+)?|100))?|log|log2|risk-averse|trade-through)$/,
      'power, power2 or power3, each optionally with an exponent up to 100 like ":2", or log, log2, risk-averse or trade-through',
      'How our place in a recorded queue moves: power, power2, power3, log, log2, risk-averse or trade-through, with ":n".',
    ),
    queueVariant: choice(
      ['strict', 'published'],
      'strict',
      'The published queue rule or its mended, stricter variant.',
    ),
    shareOfTrade: number(1, 0.01, 1, 'Largest share of one recorded trade that may fill us.'),
  })
  .prefault({})
  .meta({ description: 'The simulated venue and the synthetic market.' });

/** `dashboard:` the live page. */
export const dashboardSection = z
  .strictObject({
    enabled: flag(true, 'Serve the live page.'),
    port: count(8080, 0, 65_535, 'Port on 127.0.0.1; 0 picks a free one.'),
  })
  .prefault({})
  .meta({ description: 'The live page.' });
