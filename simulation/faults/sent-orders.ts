import type { ClientOrderId, EpochMicros } from '#units/integers.ts';

/** Orders and queries remembered. Older ones are no longer news to the venue. */
const REMEMBERED = 4_096;

/** When orders and queries of one order left the process: the recent ones. */
export class SentOrders {
  private readonly sent = new Map<ClientOrderId, EpochMicros>();
  private readonly queried = new Map<ClientOrderId, EpochMicros>();

  noteSent(id: ClientOrderId, atMicros: EpochMicros): void {
    remember(this.sent, id, atMicros);
  }

  noteQueried(id: ClientOrderId, atMicros: EpochMicros): void {
    remember(this.queried, id, atMicros);
  }

  /** 0 when it is not remembered. */
  sentAtMicros(id: ClientOrderId): EpochMicros {
    return this.sent.get(id) ?? (0 as EpochMicros);
  }

  /** True when this answers the last query of that order, and not a list of open orders. */
  isQueried(id: ClientOrderId, requestedAtMicros: EpochMicros): boolean {
    return this.queried.get(id) === requestedAtMicros;
  }
}

function remember(
  map: Map<ClientOrderId, EpochMicros>,
  id: ClientOrderId,
  atMicros: EpochMicros,
): void {
  map.set(id, atMicros);
  if (map.size <= REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
