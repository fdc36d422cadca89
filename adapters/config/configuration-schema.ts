import { z } from 'zod';
import { accountStateSection } from './account-state-section.ts';
import { executionSection } from './execution-section.ts';
import { choice, count, text } from './fields.ts';
import { hedgingSection } from './hedging-section.ts';
import { instrumentsSection } from './instruments-section.ts';
import { marketDataSection } from './market-data-section.ts';
import { opsSection } from './ops-section.ts';
import { pricingSection } from './pricing-section.ts';
import { riskSection } from './risk-section.ts';
import {
  accountSection,
  dashboardSection,
  feesSection,
  inventorySection,
  limitsSection,
  sessionSection,
  simulationSection,
} from './session-sections.ts';

/** The profiles shipped. Each sets defaults of other keys; explicit keys win. */
export const PROFILE_NAMES = ['floor', 'naive-touch', 'rebate'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/**
 * The whole configuration file. One schema gives validation, types, the JSON Schema for editors and
 * the explained file that `check-config --print-effective` prints.
 */
export const configurationSchema = z
  .strictObject({
    schema: count(1, 1, 1, 'Version of this file format.'),
    version: count(
      1,
      1,
      1_000_000_000,
      'Your own version of these values; every quote carries it.',
    ),
    instance: text(
      'dev',
      /^[a-z0-9]{1,8}$/,
      'a name of 1 to 8 of a-z 0-9',
      'Name of this instance, part of every client order id: 1 to 8 of a-z 0-9.',
    ),
    symbol: text(
      'DOGEUSDT',
      /^[A-Z0-9]{2,20}$/,
      'a symbol of 2 to 20 of A-Z 0-9, like DOGEUSDT,',
      'Symbol to quote on spot and to hedge on the perpetual.',
    ),
    profile: choice(
      PROFILE_NAMES,
      'floor',
      'Quoting profile: sets the defaults of the pricing keys marked "profile". `floor` quotes only where it pays after real fees; `naive-touch` joins the touch and must end red; `rebate` assumes a hypothetical rebate.',
    ),
    feed: text(
      'synthetic',
      /^(synthetic|binance|ccxt:[a-z0-9]+(:[^,]+)?(,[a-z0-9]+(:[^,]+)?)?|recording:.+)$/,
      '`synthetic`, `binance`, `ccxt:EXCHANGE` or `recording:FILE[,FILE...]`',
      'Market data: `synthetic`, `binance`, `ccxt:EXCHANGE[:SYMBOL][,HEDGE_EXCHANGE[:SYMBOL]]`, or `recording:FILE[,FILE...]`.',
    ),
    seed: count(1, 0, 4_294_967_295, 'Seed of everything random.'),
    hedge: choice(
      ['perpetual', 'none'],
      'perpetual',
      'Hedge the inventory on the perpetual, or do not hedge at all.',
    ),
    modelFile: text(
      '',
      /^.*$/,
      'the path of a TypeScript file on one line',
      "TypeScript file of a user's own pricing model, seen from the folder of this configuration file (with --set: from the current folder); used with pricing.model: user.",
    ),
    instruments: instrumentsSection,
    session: sessionSection,
    fees: feesSection,
    account: accountSection,
    inventory: inventorySection,
    limits: limitsSection,
    pricing: pricingSection.schema,
    execution: executionSection.schema,
    hedging: hedgingSection.schema,
    risk: riskSection.schema,
    accountState: accountStateSection.schema,
    marketData: marketDataSection.schema,
    ops: opsSection.schema,
    simulation: simulationSection,
    dashboard: dashboardSection,
  })
  .meta({ title: 'doge-mm configuration', description: 'Configuration of doge-mm.' });

/** A validated configuration. Durations in microseconds, money in 1e-8 units, domain sections by key. */
export type Configuration = z.output<typeof configurationSchema>;
