import {
  DEFAULT_PRICING_CONFIGURATION,
  NAIVE_TOUCH_PRICING_CONFIGURATION,
  type PricingConfiguration,
  REBATE_PRICING_CONFIGURATION,
} from '#contracts/configuration/pricing-configuration.ts';
import type { ProfileName } from './configuration-schema.ts';

const PRICING_BY_PROFILE: Readonly<Record<ProfileName, PricingConfiguration>> = {
  floor: DEFAULT_PRICING_CONFIGURATION,
  'naive-touch': NAIVE_TOUCH_PRICING_CONFIGURATION,
  rebate: REBATE_PRICING_CONFIGURATION,
};

/** Pricing defaults of a profile. */
export function profilePricing(profile: ProfileName): PricingConfiguration {
  return PRICING_BY_PROFILE[profile];
}
