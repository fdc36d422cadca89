/**
 * The door: a venue book for recorded markets, from the words a user writes. Everything else here is
 * private, except `latency-rows.ts`.
 */
import { QueueBook, type QueueBookOptions } from './queue-book.ts';
import { parseQueueModel, type QueueVariant } from './queue-models.ts';

export interface RecordedVenueOptions extends Omit<QueueBookOptions, 'model'> {
  /** "power:2", "log", "risk-averse", "trade-through": see `QUEUE_MODEL_NAMES`. */
  readonly queueModel: string;
  /** Default "strict". */
  readonly variant?: QueueVariant;
}

/** Throws QueueModelError for an unknown model, a RangeError for a share outside 0..1. */
export function createQueueBook(options: RecordedVenueOptions): QueueBook {
  const { queueModel, variant, ...rest } = options;
  return new QueueBook({ ...rest, model: parseQueueModel(queueModel, variant) });
}
