import type { LoadedConfiguration } from '#adapters/config/config.ts';
import { Auditor } from '#simulation/auditor/auditor.ts';
import type { OrderRateLimit } from '#simulation/auditor/auditor-inputs.ts';
import { MICROS_PER_SECOND } from '#units/integers.ts';
import type { SessionSetup } from './session-setup.ts';
import { venueFees } from './venue-settings.ts';

const TEN_SECONDS = 10 * MICROS_PER_SECOND;
/** Venue limits of placements, which the auditor knows by heart and not from the engine. */
const ORDER_RATES: readonly OrderRateLimit[] = [
  { instrument: 0, intervalMicros: TEN_SECONDS, limit: 100 },
  { instrument: 1, intervalMicros: TEN_SECONDS, limit: 300 },
];

/** The auditor of one fault run: told what the session begins with and what it was allowed. */
export function buildRunAuditor(
  { configuration }: LoadedConfiguration,
  setup: SessionSetup,
): Auditor {
  const { instruments, limits, balances, engine } = setup;
  return new Auditor({
    instruments,
    limits,
    opening: {
      ...balances,
      positionLots: balances.positionLots ?? 0,
      entryPriceUnits: balances.entryPriceUnits ?? 0,
    },
    feeAsset: venueFees(configuration),
    orderRates: ORDER_RATES,
    targetDeltaBaseUnits: engine.risk.targetDeltaBaseUnits,
    bandMaxQuoteUnits: engine.hedging.bandMaxQuoteUnits,
    hardDeltaQuoteUnits: engine.ops.deltaLimitQuoteUnits,
    hardDeltaMicros: engine.ops.deltaLimitMicros,
    childrenPerLayer: engine.execution.microLotCount,
  });
}
