/** What the faults of a run do to the process and its disk, and which orders of ours an effect met. */
import type { OrderState } from '#contracts/order.ts';
import { NO_ORDER_STATE } from '#simulation/auditor/auditor-inputs.ts';
import type { FaultWindow } from '#simulation/faults/fault-script.ts';
import type { FaultName } from '#simulation/faults/fault-table.ts';
import { NO_ORDER } from '#units/integers.ts';
import type { ProcessLives } from './process-lives.ts';

/** Told of each effect of a fault, with the states of the orders of ours that it met. */
export type EffectListener = (name: FaultName, states: readonly OrderState[]) => void;

export class ProcessStrikes {
  private readonly lives: ProcessLives;
  private readonly onEffect: EffectListener;

  constructor(lives: ProcessLives, onEffect: EffectListener) {
    this.lives = lives;
    this.onEffect = onEffect;
  }

  /** The state of the orders that were struck by name, or of all live ones when none was. */
  statesMet(instrument: number, ...ids: readonly number[]): readonly OrderState[] {
    const execution = this.lives.process?.engine.execution;
    if (execution === undefined) return [];
    const named = ids.filter((id) => id !== NO_ORDER);
    if (named.length > 0) {
      const states = named.map((id) => execution.stateOf(id));
      return states.filter((state) => state !== NO_ORDER_STATE) as OrderState[];
    }
    const orders = Array.from({ length: execution.count }, (_, index) => {
      const order = execution.at(index);
      return { instrument: order.instrument, state: order.state };
    });
    return orders
      .filter((order) => instrument < 0 || order.instrument === instrument)
      .map(({ state }) => state);
  }

  /** A fault of the process, as the network tells it: it has struck. */
  onProcess(window: FaultWindow, isStart: boolean): void {
    switch (window.name) {
      case 'process-crash':
        this.lives.crash(true);
        return;
      case 'process-pause':
        if (isStart) this.lives.pause();
        else this.lives.resume();
        return;
      case 'process-hang':
        if (isStart) this.lives.pause();
        else this.lives.crash(true);
        return;
      case 'lease-lost':
        this.lives.silenceAuthority(isStart);
        return;
      case 'limits-tightened':
        this.lives.tightenStock(isStart ? window.strength : null);
    }
  }

  /** A fault of the disk. Some happen now; of the others the disk tells when they do. */
  onDisk(window: FaultWindow, isStart: boolean): void {
    const { lives } = this;
    switch (window.name) {
      case 'disk-crash-at-write':
        if (isStart) lives.disk.crashIn(window.strength);
        return;
      case 'disk-power-loss':
        if (!isStart || lives.process === null) return;
        this.onEffect(window.name, this.statesMet(-1));
        lives.crash(false);
        return;
      case 'disk-sync-error':
        if (isStart) lives.disk.failNextSync();
        return;
      case 'disk-full':
        if (isStart) lives.disk.fillUp();
        else lives.disk.freeUp();
        return;
      case 'disk-bit-flip': {
        // Who holds orders is gone when the bit has flipped.
        const states = this.statesMet(-1);
        if (isStart && lives.flipBit()) this.onEffect(window.name, states);
      }
    }
  }
}
