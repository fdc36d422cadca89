import {
  type InstrumentFacts,
  PROTOCOL_VERSION,
  type SessionFacts,
} from '#apps/dashboard/protocol.ts';
import type { TradingSession } from '#compose/trading-session.ts';
import type { TradingWorld } from '#compose/trading-world.ts';
import { type Instrument, Market } from '#contracts/instrument.ts';
import { RATE_UNITS_PER_BP } from '#units/integers.ts';
import { amountText } from './units-text.ts';

/** What the loop may take at the 99th percentile, microseconds: the bench's aim. */
export const LOOP_BUDGET_MICROS = 20;
/** Below this there is no verdict on money, whatever the sign (ECONOMICS 6). */
const FILLS_FOR_VERDICT = 500;
const DAYS_FOR_VERDICT = 5;
const HYPOTHETICAL_TIER = /^(ZERO|REBATE)/i;

/** What does not change while the session runs. */
export function sessionFacts(session: TradingSession, sessionId: string): SessionFacts {
  const { setup, world } = session;
  const quoted = setup.instruments[0] as Instrument;
  const hedge = setup.instruments[1] ?? null;
  const { inventory } = setup.engine;
  return {
    protocol: PROTOCOL_VERSION,
    sessionId,
    world: world.isLiveVenue === true ? 'LIVE' : 'PAPER',
    feed: feedOf(world),
    isEvidence: !world.isSynthetic,
    isHypothetical: setup.profile === 'rebate' || HYPOTHETICAL_TIER.test(setup.feeTier),
    symbol: setup.symbol,
    baseAsset: quoted.baseAsset,
    quoteAsset: quoted.quoteAsset,
    quoted: instrumentFacts(quoted),
    hedge: hedge === null ? null : instrumentFacts(hedge),
    seed: setup.seed,
    profile: setup.profile,
    feeTier: setup.feeTier,
    makerFeeBps: quoted.makerFeeRate / RATE_UNITS_PER_BP,
    configVersion: setup.configVersion,
    configHash: setup.configHash,
    startedAtMicros: session.startMicros,
    loopBudgetMicros: LOOP_BUDGET_MICROS,
    fillsForVerdict: FILLS_FOR_VERDICT,
    daysForVerdict: DAYS_FOR_VERDICT,
    targetBase: amountText(inventory.targetSpotBaseUnits),
    maxDeviationBase: amountText(inventory.maxDeviationBaseUnits),
  };
}

function instrumentFacts(instrument: Instrument): InstrumentFacts {
  return {
    symbol: instrument.symbol,
    market: instrument.market === Market.SPOT ? 'spot' : 'perpetual',
    tickMantissa: instrument.tick.mantissa,
    priceDecimals: instrument.tick.decimals,
    stepMantissa: instrument.step.mantissa,
    quantityDecimals: instrument.step.decimals,
  };
}

function feedOf(world: TradingWorld): SessionFacts['feed'] {
  if (world.isSynthetic) return 'SYNTHETIC';
  return world.isLiveFeed === true ? 'BINANCE' : 'RECORDING';
}
