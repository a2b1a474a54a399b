// A machine made by hand, for tests: a sound Ubuntu laptop, changed where a test says so.
import { dirname } from 'node:path'
import type { CommandOutput, System } from '../system.ts'

const GIB = 1024 ** 3

export interface MadeSystem extends Partial<System> {
  /** Files that can be read. */
  readonly files?: Readonly<Record<string, string>>
  /** Output of commands, by the whole command line; a command that is not here is not installed. */
  readonly commands?: Readonly<Record<string, string | CommandOutput>>
}

export function fakeSystem({ files = {}, commands = {}, ...changes }: MadeSystem = {}): System {
  return {
    platform: 'linux',
    arch: 'x64',
    kernel: '6.8.0-45-generic',
    cpus: 8,
    memoryBytes: 16 * GIB,
    node: '26.10.0',
    uid: 1000,
    env: { SHELL: '/bin/bash' },
    cacheDirectory: '/home/ada/.cache/telemetry-proof',
    dataDirectory: '/home/ada/.local/share/telemetry-proof',
    nowMs: () => Date.UTC(2026, 10, 23),
    exists: (file) => file in files,
    readText: async (file) => files[file],
    textsIn: async (directory, ending) =>
      Object.entries(files).flatMap(([file, text]) =>
        dirname(file) === directory && file.endsWith(ending) ? [text] : [],
      ),
    processMark: () => undefined,
    run: async (command, ...args) => {
      const output = commands[[command, ...args].join(' ')]
      if (typeof output === 'string') return { exitCode: 0, stdout: output, stderr: '' }
      if (output !== undefined) return output
      // An installed program that knows no such arguments fails; one that is nowhere is missing.
      const installed = Object.keys(commands).some((line) => line.split(' ')[0] === command)
      return installed ? { exitCode: 1, stdout: '', stderr: '' } : undefined
    },
    freeBytes: async () => 200 * GIB,
    obstacle: async () => undefined,
    portFree: async () => true,
    portHolder: async () => 'another program',
    roundTrip: async () => undefined,
    addressesOf: async () => ['127.0.0.1', '::1'],
    fetchText: async () => undefined,
    ...changes,
  }
}
