/**
 * The door: a venue book for recorded markets, from the words a user writes. Everything else here is
 * private, except `latency-rows.ts`.
 */
import type { VenueBookListener } from '#simulation/venue/venue-book.ts';
import { QueueBook } from './queue-book.ts';
import type { QueueFillObserver } from './queue-fill.ts';
import { parseQueueModel, type QueueVariant } from './queue-models.ts';

export interface RecordedVenueOptions {
  /** "power:2", "log", "risk-averse", "trade-through": see `QUEUE_MODEL_NAMES`. */
  readonly queueModel: string;
  /** Default "strict". */
  readonly variant?: QueueVariant;
  /** Can be set later by `bindOwn`. */
  readonly listener?: VenueBookListener;
  readonly observer?: QueueFillObserver;
  /** Largest share of one trade at our price that our orders may get together, 0..1. Default 1. */
  readonly maxShareOfTrade?: number;
}

/** Throws QueueModelError for an unknown model, a RangeError for a share outside 0..1. */
export function createQueueBook(options: RecordedVenueOptions): QueueBook {
  const { queueModel, variant, ...rest } = options;
  return new QueueBook({ ...rest, model: parseQueueModel(queueModel, variant) });
}
