import { type AlertCommand, type Command, type CommandSink, isAlert } from '#contracts/commands.ts';
import type { OrderGateway } from '#contracts/edge-ports.ts';

/** Hears alerts at the edge: the tape, the log, the page. The command is valid during the call. */
export interface AlertListener {
  onAlert(alert: Readonly<AlertCommand>): void;
}

/**
 * Where the engine's one output goes: first to those who record, then orders and requests to the
 * venue, alerts to people. Built before the venue, because the engine must exist first.
 */
export class CommandRouter implements CommandSink {
  private readonly recorders: CommandSink[] = [];
  private readonly alertListeners: AlertListener[] = [];
  private gateway: OrderGateway | null = null;
  private isCut = false;

  /** Everything emitted is shown to a recorder before it goes anywhere. */
  addRecorder(recorder: CommandSink): void {
    this.recorders.push(recorder);
  }

  addAlertListener(listener: AlertListener): void {
    this.alertListeners.push(listener);
  }

  /** Orders and requests go here from now on. Without a gateway (replay) they go nowhere. */
  bindGateway(gateway: OrderGateway): void {
    this.gateway = gateway;
  }

  /** From now on nothing leaves: no record, no order, no alert. */
  cut(): void {
    this.isCut = true;
  }

  emit(command: Readonly<Command>): void {
    if (this.isCut) return;
    for (let index = 0; index < this.recorders.length; index++) {
      (this.recorders[index] as CommandSink).emit(command);
    }
    if (isAlert(command)) {
      for (const listener of this.alertListeners) listener.onAlert(command);
      return;
    }
    if (this.gateway === null) return;
    this.gateway.submit(command);
  }
}
