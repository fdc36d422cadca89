/**
 * A pricing model of your own, in one file. Copy it, change `quote`, and name the file in the
 * configuration with `pricing.model: user`. It then runs in every world: live, paper, backtest,
 * replay and simulation.
 *
 * What it may do: look at `ModelInput` and answer with two distances from fair. What it cannot do:
 * choose sizes, cross the book, quote inside the fee floor, pass the inventory limit or reach the
 * venue. Everything is in ticks, seconds and order units.
 *
 * Rules that keep replays exact: no clock, no randomness, no I/O. Whatever a later answer depends on
 * is written by `writeState` and read back by `readState`, in the same order. No allocation in `quote`.
 */
import type { ModelInput, ModelQuote, QuoteModel } from '#contracts/quote-model.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** Half spread in standard deviations of one second, and the time scale of its smoothing. */
const DEVIATIONS = 1.2;
const SMOOTHING_MICROS = 2_000_000;
/** Share of the half spread by which a full inventory moves both quotes. */
const LEAN = 0.8;
/** Wider by half when the flow is as toxic as it ever was. */
const TOXIC_WIDENING = 0.5;

/**
 * A half spread of 1.2 one-second deviations, smoothed over two seconds, leaning against inventory
 * and widening with toxic flow. An illustration, not advice.
 */
class ExampleModel implements QuoteModel {
  readonly name = 'example';
  /** Smoothed half spread in ticks; 0 before the first quote. */
  private halfTicks = 0;
  private lastMicros = 0;

  quote(input: Readonly<ModelInput>, quote: ModelQuote): void {
    const wanted = Math.max(1, DEVIATIONS * input.volatilityTicks);
    if (this.halfTicks === 0) this.halfTicks = wanted;
    const elapsed = input.nowMicros - this.lastMicros;
    this.halfTicks += (1 - Math.exp(-elapsed / SMOOTHING_MICROS)) * (wanted - this.halfTicks);
    this.lastMicros = input.nowMicros;

    const half = this.halfTicks * (1 + TOXIC_WIDENING * input.toxicitySignal);
    const fullness = Math.max(-1, Math.min(1, input.inventoryUnits / input.maxInventoryUnits));
    const lean = LEAN * half * fullness;
    quote.bidDistanceTicks = half + lean;
    quote.askDistanceTicks = half - lean;
    quote.layerStepTicks = Math.max(1, half / 2);
  }

  writeState(writer: StateWriter): void {
    writer.float(this.halfTicks);
    writer.integer(this.lastMicros);
  }

  readState(reader: StateReader): void {
    this.halfTicks = reader.float();
    this.lastMicros = reader.integer();
  }
}

/** What the engine calls once at start. Every user model's file exports this function. */
export function createModel(): QuoteModel {
  return new ExampleModel();
}
