import type { EpochMicros } from '#units/integers.ts';

/** Something that happens at a moment of virtual time. */
export interface Task {
  run(nowMicros: EpochMicros): void;
}

/**
 * Virtual time: a queue of tasks ordered by moment, then by the order of scheduling. Nothing moves
 * but through it, so two runs with the same tasks are the same run.
 *
 * A binary heap over parallel arrays; scheduling allocates nothing once the arrays have grown.
 */
export class VirtualClock {
  private now: EpochMicros;
  private scheduled = 0;
  private count = 0;
  private moments = new Float64Array(1024);
  private tickets = new Float64Array(1024);
  private readonly tasks: Task[] = [];

  constructor(startMicros: EpochMicros) {
    this.now = startMicros;
  }

  get nowMicros(): EpochMicros {
    return this.now;
  }

  get pendingCount(): number {
    return this.count;
  }

  /** Moment of the next task; Infinity when nothing is scheduled. */
  get nextMicros(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : (this.moments[0] as number);
  }

  /** Schedules a task. A moment in the past runs now, after everything already scheduled for now. */
  schedule(atMicros: EpochMicros, task: Task): void {
    if (this.count === this.moments.length) this.grow();
    const moment = Math.max(atMicros, this.now);
    this.scheduled += 1;
    this.siftUp(this.count, moment, this.scheduled, task);
    this.count += 1;
  }

  /** Runs the next task. Returns false when there is none. */
  runNext(): boolean {
    if (this.count === 0) return false;
    const moment = this.moments[0] as number;
    const task = this.tasks[0] as Task;
    this.removeFirst();
    this.now = moment as EpochMicros;
    task.run(this.now);
    return true;
  }

  /** Runs everything scheduled up to and including `untilMicros`, then stands at that moment. */
  runUntil(untilMicros: EpochMicros): void {
    while (this.nextMicros <= untilMicros) this.runNext();
    if (untilMicros > this.now) this.now = untilMicros;
  }

  private removeFirst(): void {
    this.count -= 1;
    const last = this.count;
    const moment = this.moments[last] as number;
    const ticket = this.tickets[last] as number;
    const task = this.tasks.pop() as Task;
    if (last > 0) this.siftDown(moment, ticket, task);
  }

  private siftUp(from: number, moment: number, ticket: number, task: Task): void {
    let slot = from;
    while (slot > 0) {
      const parent = (slot - 1) >> 1;
      if (!this.isBefore(moment, ticket, parent)) break;
      this.move(parent, slot);
      slot = parent;
    }
    this.put(slot, moment, ticket, task);
  }

  private siftDown(moment: number, ticket: number, task: Task): void {
    let slot = 0;
    for (;;) {
      let child = slot * 2 + 1;
      if (child >= this.count) break;
      const right = child + 1;
      if (
        right < this.count &&
        this.isBefore(this.moments[right] as number, this.tickets[right] as number, child)
      ) {
        child = right;
      }
      if (this.isBefore(moment, ticket, child)) break;
      this.move(child, slot);
      slot = child;
    }
    this.put(slot, moment, ticket, task);
  }

  private isBefore(moment: number, ticket: number, slot: number): boolean {
    const other = this.moments[slot] as number;
    return moment < other || (moment === other && ticket < (this.tickets[slot] as number));
  }

  private move(from: number, to: number): void {
    this.put(
      to,
      this.moments[from] as number,
      this.tickets[from] as number,
      this.tasks[from] as Task,
    );
  }

  private put(slot: number, moment: number, ticket: number, task: Task): void {
    this.moments[slot] = moment;
    this.tickets[slot] = ticket;
    this.tasks[slot] = task;
  }

  private grow(): void {
    const moments = new Float64Array(this.moments.length * 2);
    const tickets = new Float64Array(this.moments.length * 2);
    moments.set(this.moments);
    tickets.set(this.tickets);
    this.moments = moments;
    this.tickets = tickets;
  }
}
