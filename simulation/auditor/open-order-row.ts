/** One order as execution counts it, filled in by the engine's view. */
export class OpenOrderRow {
  clientOrderId = 0;
  instrument = 0;
  /** `Side`. */
  side = 0;
  priceTicks = 0;
  totalLots = 0;
  filledLots = 0;
  /** `OrderState`. */
  state = 0;
}
