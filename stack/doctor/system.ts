// What the doctor reads of a machine: everything goes through here, so that a test can make a machine by hand.

/** A command that takes longer is ended: a person waits. */
export const COMMAND_TIMEOUT_MS = 5_000

export interface CommandOutput {
  /** Null when it had to be ended because it did not answer in time. */
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface System {
  /** As in Node: linux, darwin, win32, … */
  readonly platform: string
  /** As in Node: x64, arm64, … */
  readonly arch: string
  /** The kernel's release. */
  readonly kernel: string
  readonly cpus: number
  readonly memoryBytes: number
  /** Node's version without the v. */
  readonly node: string
  /** Of this user; 0 is root. */
  readonly uid: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cacheDirectory: string
  readonly dataDirectory: string
  /** Milliseconds since the epoch. */
  nowMs(): number
  /** Undefined when there is no such file or it cannot be read. */
  readText(file: string): Promise<string | undefined>
  /** Whether there is such a file, directory or socket. */
  exists(file: string): boolean
  /** The texts of the files in a directory whose names end so; empty when there is no such directory. */
  textsIn(directory: string, ending: string): Promise<readonly string[]>
  /** Tells a process from a later one with the same id; undefined when there is none. */
  processMark(pid: number): string | undefined
  /** Undefined when there is no such program. Never touches the network or changes anything. */
  run(command: string, ...args: readonly string[]): Promise<CommandOutput | undefined>
  /** Free bytes where the directory is or would be made; undefined when the system does not say. */
  freeBytes(directory: string): Promise<number | undefined>
  /** What keeps files from being written there, in words; undefined when nothing does. */
  obstacle(directory: string): Promise<string | undefined>
  /** Whether nobody listens on the port on 127.0.0.1. */
  portFree(port: number): Promise<boolean>
  /** `name (process 1234)`, or `another program`. */
  portHolder(port: number): Promise<string>
  /** Sends a few bytes to itself over TCP; undefined when they came back, else what went wrong. */
  roundTrip(address: string): Promise<string | undefined>
  /** The addresses of a name, from this machine's own table; empty when there are none. */
  addressesOf(name: string): Promise<readonly string[]>
  /** The text behind a local URL; undefined when nothing answers. */
  fetchText(url: string): Promise<string | undefined>
}

/** The wanted line of a command's output, trimmed; empty when the program is missing, fails or is silent. */
export async function firstLine(system: System, command: string, ...args: readonly string[]): Promise<string> {
  const output = await system.run(command, ...args)
  return output?.exitCode === 0 ? (output.stdout.trim().split('\n')[0]?.trim() ?? '') : ''
}
