import type { HedgingConfiguration } from '#contracts/configuration/hedging-configuration.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** How hedges are meant to trade: resting, resting for a short while, or taking at once. */
export const HedgeMode = { PASSIVE: 0, HYBRID: 1, ACTIVE: 2 } as const;
export type HedgeMode = (typeof HedgeMode)[keyof typeof HedgeMode];

/**
 * Chooses the mode by volatility. A threshold works upwards as it stands and downwards only a share
 * below it, so that a value that dwells at the threshold does not flap.
 */
export class ModeController {
  mode: HedgeMode = HedgeMode.PASSIVE;
  private readonly configuration: HedgingConfiguration;

  constructor(configuration: HedgingConfiguration) {
    this.configuration = configuration;
  }

  /** `percentPerMinute`: one standard deviation of the mid over a minute. Hot: no allocation. */
  update(percentPerMinute: number): HedgeMode {
    const { passiveBelowPercentPerMinute, activeAbovePercentPerMinute } = this.configuration;
    const downwards = 1 - this.configuration.modeHysteresis;
    const isActive = this.mode === HedgeMode.ACTIVE;
    const isPassive = this.mode === HedgeMode.PASSIVE;
    const activeAbove = activeAbovePercentPerMinute * (isActive ? downwards : 1);
    const passiveBelow = passiveBelowPercentPerMinute * (isPassive ? 1 : downwards);
    if (percentPerMinute > activeAbove) this.mode = HedgeMode.ACTIVE;
    else if (percentPerMinute > passiveBelow) this.mode = HedgeMode.HYBRID;
    else this.mode = HedgeMode.PASSIVE;
    return this.mode;
  }

  /** How long a resting leg may wait in this mode, in microseconds. */
  get patienceMicros(): number {
    if (this.mode === HedgeMode.PASSIVE) return this.configuration.passivePatienceMicros;
    if (this.mode === HedgeMode.HYBRID) return this.configuration.hybridPatienceMicros;
    return 0;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.mode);
  }

  readState(reader: StateReader): void {
    this.mode = reader.integer() as HedgeMode;
  }
}
