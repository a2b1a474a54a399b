// Ways to break the buffer's promise in one place, without changing the buffer: each must be noticed.
import type { BufferFile, Disk } from '../../stack/client/buffer/disk.ts'
import type { CrashSabotage } from './explore-options.ts'

/** By name. What each does to a buffer is what a mistake in its code would do. */
export const crashSabotages: Readonly<Record<string, CrashSabotage>> = {
  'a disk that does not sync': { disk: files((file) => ({ ...file, sync: async () => {} })) },
  'an acknowledgement before the sync is done': {
    disk: files((file) => ({ ...file, sync: async () => void file.sync().catch(() => {}) })),
  },
  'new files whose directory is not synced': { disk: (disk) => ({ ...disk, syncDirectory: async () => {} }) },
  'a backend that says it took what it did not': { backend: 'liar' },
  'an owner who does not notice that its file was taken over': {
    disk: files((file) => ({ ...file, named: async () => true })),
    seesOthers: false,
  },
  'files removed before they are read': {
    disk: (disk) => ({
      ...disk,
      read: async (path, offset, length) => {
        const bytes = await disk.read(path, offset, length)
        await disk.remove(path)
        return bytes
      },
    }),
  },
  'files left to whoever comes, under names that are not their own': {
    disk: (disk) => ({
      ...disk,
      rename: (from, to) => disk.rename(from, to.replace(/-0-0-\w+(?=\.jsonl$)/, '-0-0-0')),
    }),
  },
  'a reader that stops at the first damaged line': {
    recoveryDisk: (disk) => ({
      ...bound(disk),
      read: async (path, offset, length) => upToDamage(await disk.read(path, offset, length)),
    }),
  },
  'a reader that takes torn lines for events': {
    recoveryDisk: (disk) => ({
      ...bound(disk),
      read: async (path, offset, length) => mended(await disk.read(path, offset, length)),
    }),
  },
}

function files(change: (file: BufferFile) => BufferFile): (disk: Disk) => Disk {
  return (disk) => ({ ...disk, create: async (path) => change(await disk.create(path)) })
}

/** The methods of a disk that is an instance of a class. */
function bound(disk: Disk): Disk {
  return {
    makeDirectory: (path) => disk.makeDirectory(path),
    list: (directory) => disk.list(directory),
    create: (path) => disk.create(path),
    read: (path, offset, length) => disk.read(path, offset, length),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    syncDirectory: (path) => disk.syncDirectory(path),
  }
}

function upToDamage(bytes: Buffer): Buffer {
  let end = 0
  for (const line of bytes.toString('latin1').split('\n')) {
    if (line !== '' && !isJson(line)) break
    end += line.length + 1
  }
  return bytes.subarray(0, end)
}

/** Closes what is open, as a lenient parser would. */
function mended(bytes: Buffer): Buffer {
  const lines = bytes.toString('latin1').split('\n')
  const endings = ['', '"}}]}]}]}', '}}]}]}]}', '}]}]}]}', ']}]}]}', ']}]}', ']}']
  const mend = (line: string) => endings.map((ending) => line + ending).find(isJson) ?? line
  return Buffer.from(lines.map((line) => (line === '' ? line : mend(line))).join('\n'), 'latin1')
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
