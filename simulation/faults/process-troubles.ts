import type { Task } from '#simulation/virtual-clock/virtual-clock.ts';
import { type EpochMicros, MICROS_PER_SECOND, NO_INSTRUMENT, NO_ORDER } from '#units/integers.ts';
import type { FaultWindow } from './fault-script.ts';
import type { LiveWindow } from './live-window.ts';
import type { NetworkContext } from './network-context.ts';

/**
 * Faults of the process and of its disk are done by their owner: told when the window opens
 * (`isStart`) and when it closes. A crash is told once, at its event, as a start.
 */
export type OwnerCallback = (window: FaultWindow, isStart: boolean) => void;

/** A process that answers no ping for this long has no connections any more. */
const SILENCE_MICROS = 60 * MICROS_PER_SECOND;

/** Pauses, hangs and crashes, as far as the network has a part in them. */
export class ProcessTroubles {
  private readonly context: NetworkContext;
  private readonly onProcess: OwnerCallback;
  private readonly connectAnew: () => void;
  private pausedBy: LiveWindow | null = null;
  private pausedGeneration = 0;

  constructor(context: NetworkContext, onProcess: OwnerCallback, connectAnew: () => void) {
    this.context = context;
    this.onProcess = onProcess;
    this.connectAnew = connectAnew;
  }

  /** The process stands still from now on; what it would hear is kept. */
  pause(live: LiveWindow): void {
    const { link, clock } = this.context;
    if (!link.isUp || link.isPaused) return;
    link.isPaused = true;
    this.pausedBy = live;
    const { generation } = link;
    this.pausedGeneration = generation;
    this.strike(live);
    const silence: Task = {
      run: () => {
        if (this.pausedBy === live && generation === link.generation) link.isBroken = true;
      },
    };
    clock.schedule((clock.nowMicros + SILENCE_MICROS) as EpochMicros, silence);
  }

  /** The owner is told first, so that a process that goes on is awake when its events come. */
  endPause(live: LiveWindow): void {
    if (this.pausedBy !== live) return;
    const { link } = this.context;
    this.pausedBy = null;
    // Another end may have come in between: then there is nobody to wake.
    if (this.pausedGeneration !== link.generation) return;
    this.onProcess(live.window, false);
    if (this.pausedGeneration !== link.generation) return;
    const { isBroken } = link;
    link.isBroken = false;
    link.resume();
    if (isBroken) this.connectAnew();
  }

  /** The process dies in place of one of the next deliveries. */
  crashSoon(live: LiveWindow): void {
    const { link } = this.context;
    if (!link.isUp) return;
    link.crashIn(1 + live.pick(live.window.strength, 1), () => this.strike(live));
  }

  private strike(live: LiveWindow): void {
    this.context.onFault(live.window.name, NO_INSTRUMENT, NO_ORDER, NO_ORDER);
    this.onProcess(live.window, true);
  }
}
