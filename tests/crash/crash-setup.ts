/** What both processes of the campaign agree on: one configuration, and what it means in engine units. */
import { type LoadedConfiguration, loadConfiguration } from '#adapters/config/config.ts';
import {
  resolveInstruments,
  resolveSession,
  type SessionSetup,
  syntheticStartPrice,
} from '#compose/session-setup.ts';

export interface CrashSetup {
  readonly loaded: LoadedConfiguration;
  readonly setup: SessionSetup;
}

/** The built-in configuration with a profile that trades often, and this seed. */
export function crashSetup(seed: number): CrashSetup {
  const overrides = [
    { path: 'profile', value: 'naive-touch' },
    { path: 'seed', value: String(seed) },
  ];
  const loaded = loadConfiguration({ file: null, overrides });
  const startPriceUnits = syntheticStartPrice(loaded.configuration);
  if (startPriceUnits === null) throw new Error('the built-in symbol has no start price');
  const instruments = resolveInstruments(loaded, true);
  return { loaded, setup: resolveSession(loaded, instruments, startPriceUnits, 'synthetic') };
}
