import {
  HEDGE_LEGS_MAX,
  type HedgeCommand,
  type HedgeLeg,
  HedgeUrgency,
} from '#contracts/hedge-command.ts';
import { Side } from '#contracts/order.ts';
import type { StateReader, StateWriter } from '#contracts/state-codec.ts';
import {
  type AssetUnits,
  type EpochMicros,
  type InstrumentIndex,
  NO_INSTRUMENT,
  type PriceTicks,
  type QuantityLots,
} from '#units/integers.ts';

class MutableLeg implements HedgeLeg {
  instrument: InstrumentIndex = NO_INSTRUMENT;
  side: Side = Side.BUY;
  quantityLots = 0 as QuantityLots;
  isPassive = false;
  limitPriceTicks = 0 as PriceTicks;
  deadlineMicros = 0 as EpochMicros;
}

class MutableCommand implements HedgeCommand {
  version = 0;
  atMicros = 0 as EpochMicros;
  obligationId = 0;
  targetDeltaUnits = 0 as AssetUnits;
  currentDeltaUnits = 0 as AssetUnits;
  hedgeDeltaUnits = 0 as AssetUnits;
  urgency: HedgeUrgency = HedgeUrgency.PASSIVE;
  legCount = 0;
  readonly legs: readonly MutableLeg[];
  costBudgetBps = 0;
  costEstimateBps = 0;

  constructor() {
    const legs: MutableLeg[] = [];
    for (let index = 0; index < HEDGE_LEGS_MAX; index++) legs.push(new MutableLeg());
    this.legs = legs;
  }
}

/** One leg to route, with why it is worth its cost. */
export interface RoutedLeg {
  readonly side: Side;
  readonly lots: number;
  readonly isPassive: boolean;
  readonly limitPriceTicks: number;
  readonly deadlineMicros: number;
  readonly urgency: HedgeUrgency;
  readonly costBudgetBps: number;
  readonly costEstimateBps: number;
}

/**
 * Turns decisions into the HedgeCommand. All hedging goes through one leg slot on one instrument,
 * on purpose: execution keeps one live order per slot and replaces it only after its end, so two
 * hedges of one obligation can never both fill.
 */
export class HedgeRouter {
  private readonly wish = new MutableCommand();

  /** The whole wish. The same object for the session; `version` rises when something in it changed. */
  get command(): HedgeCommand {
    return this.wish;
  }

  /** Sets what the command says of the delta. Hot: no allocation. */
  describe(
    nowMicros: number,
    obligationId: number,
    targetUnits: number,
    currentUnits: number,
    hedgeUnits: number,
  ): void {
    const wish = this.wish;
    wish.atMicros = nowMicros as EpochMicros;
    if (wish.obligationId !== obligationId) wish.version += 1;
    wish.obligationId = obligationId;
    wish.targetDeltaUnits = targetUnits as AssetUnits;
    wish.currentDeltaUnits = currentUnits as AssetUnits;
    wish.hedgeDeltaUnits = hedgeUnits as AssetUnits;
  }

  /** Nothing live is wanted. */
  clear(): void {
    if (this.wish.legCount === 0) return;
    this.wish.legCount = 0;
    this.wish.costEstimateBps = 0;
    this.wish.version += 1;
  }

  /** Wants exactly this leg. Hot: no allocation. */
  route(instrument: InstrumentIndex, leg: RoutedLeg): void {
    const wish = this.wish;
    const slot = wish.legs[0] as MutableLeg;
    const isSame =
      wish.legCount === 1 &&
      slot.side === leg.side &&
      slot.quantityLots === leg.lots &&
      slot.isPassive === leg.isPassive &&
      slot.limitPriceTicks === leg.limitPriceTicks &&
      wish.urgency === leg.urgency;
    if (!isSame) wish.version += 1;
    wish.legCount = 1;
    wish.urgency = leg.urgency;
    wish.costBudgetBps = leg.costBudgetBps;
    wish.costEstimateBps = leg.costEstimateBps;
    slot.instrument = instrument;
    slot.side = leg.side;
    slot.quantityLots = leg.lots as QuantityLots;
    slot.isPassive = leg.isPassive;
    slot.limitPriceTicks = leg.limitPriceTicks as PriceTicks;
    slot.deadlineMicros = leg.deadlineMicros as EpochMicros;
  }

  writeState(writer: StateWriter): void {
    const wish = this.wish;
    writer.integer(wish.version);
    writer.integer(wish.atMicros);
    writer.integer(wish.obligationId);
    writer.integer(wish.targetDeltaUnits);
    writer.integer(wish.currentDeltaUnits);
    writer.integer(wish.hedgeDeltaUnits);
    writer.integer(wish.urgency);
    writer.integer(wish.legCount);
    writer.float(wish.costBudgetBps);
    writer.float(wish.costEstimateBps);
    const slot = wish.legs[0] as MutableLeg;
    writer.integer(slot.instrument);
    writer.integer(slot.side);
    writer.integer(slot.quantityLots);
    writer.flag(slot.isPassive);
    writer.integer(slot.limitPriceTicks);
    writer.integer(slot.deadlineMicros);
  }

  readState(reader: StateReader): void {
    const wish = this.wish;
    wish.version = reader.integer();
    wish.atMicros = reader.integer() as EpochMicros;
    wish.obligationId = reader.integer();
    wish.targetDeltaUnits = reader.integer() as AssetUnits;
    wish.currentDeltaUnits = reader.integer() as AssetUnits;
    wish.hedgeDeltaUnits = reader.integer() as AssetUnits;
    wish.urgency = reader.integer() as HedgeUrgency;
    wish.legCount = reader.integer();
    wish.costBudgetBps = reader.float();
    wish.costEstimateBps = reader.float();
    const slot = wish.legs[0] as MutableLeg;
    slot.instrument = reader.integer() as InstrumentIndex;
    slot.side = reader.integer() as Side;
    slot.quantityLots = reader.integer() as QuantityLots;
    slot.isPassive = reader.flag();
    slot.limitPriceTicks = reader.integer() as PriceTicks;
    slot.deadlineMicros = reader.integer() as EpochMicros;
  }
}
