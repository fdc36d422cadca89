/** An IPv4 address is written the same whether it came through an IPv6 socket or not. */
export function addressOf(remoteAddress: string | undefined): string {
  return (remoteAddress ?? '').replace(/^::ffff:/, '');
}
