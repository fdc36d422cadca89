import type { AccountStateConfiguration } from './account-state-configuration.ts';
import type { ExecutionConfiguration } from './execution-configuration.ts';
import type { HedgingConfiguration } from './hedging-configuration.ts';
import type { InventoryConfiguration } from './inventory-configuration.ts';
import type { MarketDataConfiguration } from './market-data-configuration.ts';
import type { OpsConfiguration } from './ops-configuration.ts';
import type { PricingConfiguration } from './pricing-configuration.ts';
import type { RiskConfiguration } from './risk-configuration.ts';

/**
 * Everything the core is configured with, in engine units. Plain data: it is written into the header
 * of every session, and a replay builds its engine from there and from nowhere else.
 */
export interface EngineConfiguration {
  /** True when the session has a hedge instrument at index 1. */
  readonly hasHedge: boolean;
  readonly inventory: InventoryConfiguration;
  readonly marketData: MarketDataConfiguration;
  readonly accountState: AccountStateConfiguration;
  readonly risk: RiskConfiguration;
  readonly pricing: PricingConfiguration;
  readonly execution: ExecutionConfiguration;
  readonly hedging: HedgingConfiguration;
  readonly ops: OpsConfiguration;
}
