// Ends a connection as a crash or a firewall does: with a reset.
import type { Socket } from 'node:net'

/**
 * Resets the connection where that can be done, else closes it. `resetAndDestroy` alone fails while a shutdown is under way (Node 26,
 * EINVAL of `uv_tcp_close_reset`): its descriptor is never closed then, and a worker thread that holds it never ends. And before there
 * is a connection, it waits for one.
 */
export function reset(socket: Socket): void {
  const isShuttingDown = socket.writableEnded && !socket.writableFinished
  if (socket.connecting || isShuttingDown) socket.destroy()
  else socket.resetAndDestroy()
}
