import type { LoadedConfiguration } from '#adapters/config/config.ts';
import { Auditor } from '#simulation/auditor/auditor.ts';
import type { SessionSetup } from './session-setup.ts';
import { venueFees } from './venue-settings.ts';

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
    targetDeltaBaseUnits: engine.risk.targetDeltaBaseUnits,
    bandMaxQuoteUnits: engine.hedging.bandMaxQuoteUnits,
    hardDeltaQuoteUnits: engine.ops.deltaLimitQuoteUnits,
    hardDeltaMicros: engine.ops.deltaLimitMicros,
    childrenPerLayer: engine.execution.microLotCount,
  });
}
