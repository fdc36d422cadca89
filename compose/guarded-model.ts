import { ModelInput, ModelQuote, type QuoteModel } from '#contracts/quote-model.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';

/** A user's model threw, or answered with what is no distance; `message` says what and when. */
export class ModelFailedError extends Error {
  override readonly name = 'ModelFailedError';
  readonly code = 'MODEL_FAILED';
  readonly where: string;
  readonly remedy =
    'mend the model, then begin a new session; DOGE_MM_DEBUG=1 prints the stack of what it threw';

  constructor(reason: string, place: ErrorOptions & { readonly file: string }) {
    super(`${place.file}: ${reason}`, place);
    this.where = place.file;
  }
}

/**
 * Stands between the engine and a user's model: gives it a copy of the input, so that nothing it
 * writes reaches the engine, and lets only distances out.
 *
 * Throws ModelFailedError, which ends the session: a model that is broken may not go on quoting.
 */
export class GuardedModel implements QuoteModel {
  private readonly model: QuoteModel;
  private readonly file: string;
  private readonly input = new ModelInput();

  constructor(model: QuoteModel, file: string) {
    this.model = model;
    this.file = file;
  }

  get name(): string {
    return this.model.name;
  }

  /** Hot: every priced event. No allocation. */
  quote(input: Readonly<ModelInput>, quote: ModelQuote): void {
    copyInput(input, this.input);
    // What the model leaves out must not be what the engine made of its last answer.
    quote.bidDistanceTicks = Number.NaN;
    quote.askDistanceTicks = Number.NaN;
    quote.layerStepTicks = input.layerStepTicks;
    try {
      this.model.quote(this.input, quote);
    } catch (error) {
      throw this.failure(
        input,
        `threw: ${error instanceof Error ? error.message : String(error)}`,
        error,
      );
    }
    const { bidDistanceTicks, askDistanceTicks, layerStepTicks } = quote;
    if (!isDistance(bidDistanceTicks)) this.refuse(input, 'bidDistanceTicks', bidDistanceTicks);
    if (!isDistance(askDistanceTicks)) this.refuse(input, 'askDistanceTicks', askDistanceTicks);
    if (!isDistance(layerStepTicks)) this.refuse(input, 'layerStepTicks', layerStepTicks);
  }

  writeState(writer: StateWriter): void {
    this.model.writeState(writer);
  }

  readState(reader: StateReader): void {
    this.model.readState(reader);
  }

  private refuse(input: Readonly<ModelInput>, field: string, value: unknown): never {
    throw this.failure(
      input,
      `answered ${field} = ${String(value)}: a number of ticks is wanted, or Infinity for no quote`,
    );
  }

  private failure(input: Readonly<ModelInput>, reason: string, cause?: unknown): ModelFailedError {
    const at = new Date(input.nowMicros / 1000).toISOString();
    return new ModelFailedError(`quote() at ${at} ${reason}`, { file: this.file, cause });
  }
}

/** Infinity means no quote; minus infinity and what is no number mean a mistake. Hot. */
function isDistance(value: unknown): boolean {
  return typeof value === 'number' && value > Number.NEGATIVE_INFINITY;
}

/** Hot: every priced event. Field by field, without allocation. */
function copyInput(from: Readonly<ModelInput>, into: ModelInput): void {
  into.nowMicros = from.nowMicros;
  into.fairTicks = from.fairTicks;
  into.bidPriceTicks = from.bidPriceTicks;
  into.askPriceTicks = from.askPriceTicks;
  into.imbalance = from.imbalance;
  into.inventoryUnits = from.inventoryUnits;
  into.maxInventoryUnits = from.maxInventoryUnits;
  into.toxicitySignal = from.toxicitySignal;
  into.parametersVersion = from.parametersVersion;
  into.volatilityTicks = from.volatilityTicks;
  into.intensityPerSecond = from.intensityPerSecond;
  into.decayPerTick = from.decayPerTick;
  into.fittedBandTicks = from.fittedBandTicks;
  into.riskAversionPerTick = from.riskAversionPerTick;
  into.makerFeeTicks = from.makerFeeTicks;
  into.impactTicks = from.impactTicks;
  into.horizonSeconds = from.horizonSeconds;
  into.layerStepTicks = from.layerStepTicks;
}

/**
 * Asks a fresh model for quotes flat, full and empty, on an ordinary market: a mistake that would end
 * the session at its first event is found before there is one. Throws ModelFailedError.
 */
export function probeModel(model: QuoteModel, file: string): void {
  const guarded = new GuardedModel(model, file);
  const quote = new ModelQuote();
  const input = ordinaryInput();
  for (const share of [0, 1, -1]) {
    input.nowMicros += 1_000_000;
    input.inventoryUnits = share * input.maxInventoryUnits;
    input.toxicitySignal = Math.abs(share);
    guarded.quote(input, quote);
  }
}

/** A market as it is on most days: one tick wide, two ticks of volatility a second. */
function ordinaryInput(): ModelInput {
  const input = new ModelInput();
  input.nowMicros = 1_767_600_000_000_000;
  input.fairTicks = 16_000.5;
  input.bidPriceTicks = 16_000;
  input.askPriceTicks = 16_001;
  input.maxInventoryUnits = 10;
  input.parametersVersion = 1;
  input.volatilityTicks = 2;
  input.decayPerTick = 0.3;
  input.fittedBandTicks = 20;
  input.riskAversionPerTick = 0.01;
  input.makerFeeTicks = 16;
  input.impactTicks = 0.5;
  return input;
}
