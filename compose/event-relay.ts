import type { EventSink } from '#contracts/edge-ports.ts';
import type { EngineEvent } from '#contracts/events.ts';

/**
 * Stands between a world and the engine: the world wants its sink when it is built, the engine wants
 * its gateway. After an emergency the relay is cut, and what still arrives goes nowhere.
 */
export class EventRelay implements EventSink {
  private target: EventSink | null = null;

  bind(target: EventSink): void {
    this.target = target;
  }

  cut(): void {
    this.target = null;
  }

  publish(event: EngineEvent): void {
    this.target?.publish(event);
  }
}
