import type { ClientOrderId } from '#units/integers.ts';

/** Hands out client order ids. Implemented in `engine/loop/order-ids.ts`; execution is its only reader. */
export interface OrderIdSource {
  /** A new id, never handed out before. Throws before the session has started (no epoch yet). */
  next(): ClientOrderId;
}
