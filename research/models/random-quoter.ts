/**
 * A placebo: rests at random distances behind the touch and knows nothing. Whoever earns with it has
 * found a mistake in the simulation, not a strategy: it must lose about the fee plus what the market
 * moves against its fills, in every regime.
 *
 *   pricing.model: user
 *   modelFile: research/models/random-quoter.ts
 */
import type { ModelInput, ModelQuote, QuoteModel } from '#contracts/quote-model.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** New distances are drawn on this grid of event time, so that orders rest long enough to be filled. */
const REDRAW_MICROS = 5_000_000;
/** Farthest a quote is drawn behind the touch, in steps. */
const STEPS_MAX = 3;
/** One step: about this share of a second's volatility, at least a tick. */
const STEP_DEVIATIONS = 0.4;
/** Any start but zero; the same in every session, so that a session is a function of its events. */
const FIRST_STATE = 0x9e3779b9;

class RandomQuoter implements QuoteModel {
  readonly name = 'random-quoter';
  /** Of a xorshift generator (Marsaglia, Journal of Statistical Software 8(14) 2003): 32 bits, never zero. */
  private state = FIRST_STATE;
  private nextRedrawMicros = 0;
  private bidBehindTicks = 0;
  private askBehindTicks = 0;

  quote(input: Readonly<ModelInput>, quote: ModelQuote): void {
    if (input.nowMicros >= this.nextRedrawMicros) this.redraw(input);
    quote.bidDistanceTicks = input.fairTicks - input.bidPriceTicks + this.bidBehindTicks;
    quote.askDistanceTicks = input.askPriceTicks - input.fairTicks + this.askBehindTicks;
    quote.layerStepTicks = input.layerStepTicks;
  }

  writeState(writer: StateWriter): void {
    writer.integer(this.state);
    writer.integer(this.nextRedrawMicros);
    writer.integer(this.bidBehindTicks);
    writer.integer(this.askBehindTicks);
  }

  readState(reader: StateReader): void {
    this.state = reader.integer();
    this.nextRedrawMicros = reader.integer();
    this.bidBehindTicks = reader.integer();
    this.askBehindTicks = reader.integer();
  }

  private redraw(input: Readonly<ModelInput>): void {
    this.nextRedrawMicros = (Math.floor(input.nowMicros / REDRAW_MICROS) + 1) * REDRAW_MICROS;
    const stepTicks = Math.max(1, Math.round(STEP_DEVIATIONS * input.volatilityTicks));
    this.bidBehindTicks = this.draw() * stepTicks;
    this.askBehindTicks = this.draw() * stepTicks;
  }

  /** A whole number from 0 to STEPS_MAX. */
  private draw(): number {
    let x = this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x >>> 0;
    return Math.floor((this.state / 2 ** 32) * (STEPS_MAX + 1));
  }
}

/** What the engine calls once at start. */
export function createModel(): QuoteModel {
  return new RandomQuoter();
}
