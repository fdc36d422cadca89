import type {
  Additions,
  History,
  LiveState,
  OperatorActionName,
  OrderChain,
  SessionFacts,
} from '#apps/dashboard/protocol.ts';

/** How far a reader has come: the last ids and the last chart time it was given. */
export interface Cursor {
  tapeId: number;
  markId: number;
  pointMillis: number;
}

/**
 * What the page and the terminal view show. Real: `SessionSource`. Every method copies what it
 * returns and takes well under a millisecond, because it runs on the engine's thread.
 */
export interface DashboardSource {
  facts(): SessionFacts;
  state(): LiveState;
  /** Everything that is kept: bounded, oldest first. */
  history(): History;
  /** What came after `cursor`, which is moved to the end. The tape is cut to its newest lines. */
  additions(cursor: Cursor): Additions;
  /** An order from its decision to the hedge of its fills; null when it is not remembered. */
  chain(orderId: number): OrderChain | null;
  /** Tells the engine. The effect shows in `state().operator`. */
  operator(action: OperatorActionName): void;
  /** Prometheus text format 0.0.4. */
  metricsText(): Promise<string>;
}
