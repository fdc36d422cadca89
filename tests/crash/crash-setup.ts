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
  /** Market time after a start within which every order at the venue is known: asked for, told, asked again. */
  readonly adoptionMicros: number;
  /**
   * Market time within which every doubt ends. An order that never arrived takes longest: too old for the venue
   * to accept it, and then asked for once more at the longest pause. Twice, as one may be sent on the way.
   */
  readonly settleMicrosMax: number;
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
  const setup = resolveSession(loaded, instruments, startPriceUnits, 'synthetic');
  const { execution, accountState } = setup.engine;
  const { receiveWindowMicros, notFoundMarginMicros, queryBackoffMicrosMax } = execution;
  const proofMicros =
    execution.pendingTimeoutMicros +
    receiveWindowMicros +
    notFoundMarginMicros +
    queryBackoffMicrosMax;
  return {
    loaded,
    setup,
    adoptionMicros: 2 * accountState.queryTimeoutMicros,
    settleMicrosMax: 2 * proofMicros,
  };
}
