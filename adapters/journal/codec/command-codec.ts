/**
 * Every command as canonical bytes, prefixed by the sequence of the event that caused it. These
 * bytes are the commands hash and what a replay compares.
 */
import {
  AlertCode,
  AlertCommand,
  type Command,
  CommandKind,
  OrderCommand,
  RequestCommand,
} from '#contracts/commands.ts';
import { Layer, OrderType, SelfTradeMode, Side, TimeInForce } from '#contracts/order.ts';
import { ActionReason } from '#contracts/order-plan.ts';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';

/** Bytes enough for any command record. */
export const COMMAND_SIZE_MAX = 64;

/** Cause 0, kind 8, instrument 9; then by kind. Hot: every command. No allocation. */
export function writeCommand(
  writer: ByteWriter,
  causeSequence: number,
  command: Readonly<Command>,
): void {
  writer.integer(causeSequence);
  writer.code(command.kind);
  writer.small(command.instrument);
  switch (command.kind) {
    case CommandKind.CANCEL_ALL:
    case CommandKind.REQUEST_SNAPSHOT:
    case CommandKind.REQUEST_ACCOUNT:
    case CommandKind.REQUEST_OPEN_ORDERS:
      writer.align();
      return;
    case CommandKind.REQUEST_FILLS:
      writer.align();
      writer.integer((command as RequestCommand).fromTradeId);
      return;
    case CommandKind.RAISE_ALERT:
      writeAlert(writer, command as AlertCommand);
      return;
    default:
      writeOrder(writer, command as OrderCommand);
      return;
  }
}

function writeOrder(writer: ByteWriter, command: Readonly<OrderCommand>): void {
  writer.code(command.side);
  writer.code(command.type);
  writer.code(command.timeInForce);
  writer.code(command.layer);
  writer.code(command.selfTradeMode);
  writer.code(command.reason);
  writer.flag(command.reduceOnly);
  writer.flag(command.reducesRisk);
  writer.align();
  writer.integer(command.clientOrderId);
  writer.integer(command.targetOrderId);
  writer.integer(command.priceTicks);
  writer.integer(command.quantityLots);
  writer.integer(command.ttlMicros);
}

function writeAlert(writer: ByteWriter, command: Readonly<AlertCommand>): void {
  writer.code(command.code);
  writer.code(command.severity);
  writer.align();
  writer.integer(command.clientOrderId);
  writer.float(command.measured);
  writer.float(command.limit);
}

/** One recorded command with the sequence of its cause. */
export interface RecordedCommand {
  readonly sequence: number;
  readonly command: Command;
}

/** Reads one command into a new object. Throws a RangeError on an unknown kind or the end. */
export function readCommand(reader: ByteReader): RecordedCommand {
  const sequence = reader.integer<number>();
  const kind = reader.code<CommandKind>();
  const command = newCommand(kind);
  command.instrument = reader.small();
  if (command instanceof OrderCommand) readOrder(reader, command);
  else if (command instanceof AlertCommand) readAlert(reader, command);
  else readRequest(reader, command);
  return { sequence, command };
}

function newCommand(kind: CommandKind): Command {
  switch (kind) {
    case CommandKind.CANCEL_ALL:
    case CommandKind.REQUEST_SNAPSHOT:
    case CommandKind.REQUEST_ACCOUNT:
    case CommandKind.REQUEST_OPEN_ORDERS:
    case CommandKind.REQUEST_FILLS: {
      const request = new RequestCommand();
      request.kind = kind;
      return request;
    }
    case CommandKind.RAISE_ALERT:
      return new AlertCommand();
    case CommandKind.PLACE_ORDER:
    case CommandKind.CANCEL_ORDER:
    case CommandKind.AMEND_ORDER:
    case CommandKind.REPLACE_ORDER:
    case CommandKind.QUERY_ORDER: {
      const order = new OrderCommand();
      order.kind = kind;
      return order;
    }
    default:
      throw new RangeError(`unknown command kind ${kind}: journal of a newer version?`);
  }
}

function readRequest(reader: ByteReader, command: RequestCommand): void {
  reader.align();
  if (command.kind === CommandKind.REQUEST_FILLS) command.fromTradeId = reader.integer();
}

function readOrder(reader: ByteReader, command: OrderCommand): void {
  command.side = reader.code();
  command.type = reader.code();
  command.timeInForce = reader.code();
  command.layer = reader.code();
  command.selfTradeMode = reader.code();
  command.reason = reader.code();
  command.reduceOnly = reader.flag();
  command.reducesRisk = reader.flag();
  reader.align();
  command.clientOrderId = reader.integer();
  command.targetOrderId = reader.integer();
  command.priceTicks = reader.integer();
  command.quantityLots = reader.integer();
  command.ttlMicros = reader.integer();
}

function readAlert(reader: ByteReader, command: AlertCommand): void {
  command.code = reader.code();
  command.severity = reader.code();
  reader.align();
  command.clientOrderId = reader.integer();
  command.measured = reader.float();
  command.limit = reader.float();
}

function nameOf(table: Readonly<Record<string, number>>, value: number): string {
  for (const [name, code] of Object.entries(table)) if (code === value) return name;
  return String(value);
}

/** One line for people: what the command says, with the names of its codes. */
export function describeCommand({ sequence, command }: RecordedCommand): string {
  const head = `event ${sequence}: ${nameOf(CommandKind, command.kind)} instrument=${command.instrument}`;
  if (command instanceof AlertCommand) {
    return (
      `${head} code=${nameOf(AlertCode, command.code)} severity=${command.severity} ` +
      `order=${command.clientOrderId} measured=${command.measured} limit=${command.limit}`
    );
  }
  if (command instanceof RequestCommand) {
    return command.kind === CommandKind.REQUEST_FILLS
      ? `${head} fromTradeId=${command.fromTradeId}`
      : head;
  }
  return (
    `${head} order=${command.clientOrderId} target=${command.targetOrderId} ` +
    `side=${nameOf(Side, command.side)} priceTicks=${command.priceTicks} ` +
    `quantityLots=${command.quantityLots} type=${nameOf(OrderType, command.type)} ` +
    `timeInForce=${nameOf(TimeInForce, command.timeInForce)} layer=${nameOf(Layer, command.layer)} ` +
    `ttlMicros=${command.ttlMicros} reduceOnly=${command.reduceOnly} ` +
    `reducesRisk=${command.reducesRisk} ` +
    `selfTradeMode=${nameOf(SelfTradeMode, command.selfTradeMode)} ` +
    `reason=${nameOf(ActionReason, command.reason)}`
  );
}
