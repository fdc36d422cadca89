import { OrderState } from '#contracts/order.ts';
import type { Engine } from './engine.ts';
import type { EngineBeliefs } from './engine-view.ts';

/**
 * How long the engine needs after each storm until it stands again: told of everything, both books
 * live, and no order in doubt. Looked at with every timer; a calm in which that never happens counts
 * with its whole length.
 */
export class RecoveryWatch {
  slowestMicros = 0;
  private calmSinceMicros = 0;
  private isWaiting = false;
  private readonly instrumentCount: number;

  constructor(instrumentCount: number) {
    this.instrumentCount = instrumentCount;
  }

  onCalm(nowMicros: number): void {
    this.calmSinceMicros = nowMicros;
    this.isWaiting = true;
  }

  onStorm(nowMicros: number): void {
    this.close(nowMicros);
  }

  /** Call with every timer event of the process. */
  onTimer(engine: Engine, beliefs: EngineBeliefs, nowMicros: number): void {
    if (this.isWaiting && this.stands(engine, beliefs)) this.close(nowMicros);
  }

  private close(nowMicros: number): void {
    if (!this.isWaiting) return;
    this.isWaiting = false;
    this.slowestMicros = Math.max(this.slowestMicros, nowMicros - this.calmSinceMicros);
  }

  private stands({ execution }: Engine, beliefs: EngineBeliefs): boolean {
    if (beliefs.isRecovering) return false;
    for (let index = 0; index < this.instrumentCount; index++) {
      if (beliefs.isMarketStale(index)) return false;
    }
    for (let index = 0; index < execution.count; index++) {
      if (execution.at(index).state === OrderState.UNKNOWN) return false;
    }
    return true;
  }
}
