import type { Layer, OrderType, Side, TimeInForce } from '#contracts/order.ts';

/** What an order of a staged story is like; what is not said is sound. */
export interface OrderWish {
  readonly counter: number;
  readonly instrument?: number;
  readonly side?: Side;
  readonly price?: number;
  readonly lots?: number;
  readonly layer?: Layer;
  readonly type?: OrderType;
  readonly timeInForce?: TimeInForce;
  readonly replaces?: number;
  /** Sequence of the cause; default: the last applied one. */
  readonly cause?: number;
  readonly durable?: number;
  readonly epoch?: number;
  /** Epoch in the id, when it is another than the sender's. */
  readonly idEpoch?: number;
}
