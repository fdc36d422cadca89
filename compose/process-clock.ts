import type { Task } from '#simulation/virtual-clock/virtual-clock.ts';
import type { EpochMicros } from '#units/integers.ts';
import type { TaskClock } from './task-clock.ts';

/**
 * Time as a process feels it that can be stopped: while it is paused nothing of it runs, and what was
 * due meanwhile runs at once, late and in order, when it goes on.
 */
export class ProcessClock implements TaskClock {
  private readonly world: TaskClock;
  private readonly overdue: Task[] = [];
  private paused = false;

  constructor(world: TaskClock) {
    this.world = world;
  }

  get nowMicros(): EpochMicros {
    return this.world.nowMicros;
  }

  get isPaused(): boolean {
    return this.paused;
  }

  schedule(atMicros: EpochMicros, task: Task): void {
    this.world.schedule(atMicros, {
      run: (now) => {
        if (this.paused) this.overdue.push(task);
        else task.run(now);
      },
    });
  }

  pause(): void {
    this.paused = true;
  }

  /** Goes on. What was due is run by the world's clock, still at this moment. */
  resume(): void {
    this.paused = false;
    for (const task of this.overdue.splice(0)) this.schedule(this.nowMicros, task);
  }
}
