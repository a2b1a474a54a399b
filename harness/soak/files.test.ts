import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MachineError, UsageError } from '../../core/errors.ts'
import { sampleAt } from '../judge/testing/soak-samples.ts'
import { SoakFiles, type SoakState } from './files.ts'

let room = ''
let runs = 0
beforeAll(async () => {
  room = await mkdtemp(join(tmpdir(), 'soak-files-'))
})
afterAll(() => rm(room, { recursive: true, force: true }))

async function newRun(): Promise<SoakFiles> {
  runs += 1
  const path = join(room, `Run-${runs}`)
  await mkdir(path)
  return new SoakFiles(path)
}

const state: SoakState = {
  format: 1,
  status: 'begun',
  plan: {
    ...{ durationMs: 60_000, events: null, rate: 200, load: null },
    ...{ preset: 'soak', runtime: 'embedded', faults: false, seed: 1 },
  },
  clockMs: 1_795_000_000_000,
  rate: 200,
  saturation: null,
  parts: [{ from: 0, result: null }],
  sentMs: 12_345.5,
  unsettled: 0,
}

test('what was written down is read again: the state, each answer, and each sample', async () => {
  const files = await newRun()
  await files.checkpoint(state, { from: 0, bytes: Uint8Array.of(1, 0, 1) })
  // An answer that came later, and further requests.
  await files.checkpoint({ ...state, sentMs: 20_000 }, { from: 1, bytes: Uint8Array.of(2, 1, 3) })
  await files.checkpoint({ ...state, sentMs: 30_000 }, { from: 4, bytes: new Uint8Array() })
  await files.addSamples([sampleAt(0), sampleAt(1)])
  await files.addSamples([])
  await files.addSamples([sampleAt(2)])
  expect(await files.read()).toEqual({ ...state, sentMs: 30_000 })
  expect([...(await files.answers())]).toEqual([1, 2, 1, 3])
  expect(await Array.fromAsync(files.samples())).toEqual([0, 1, 2].map((atS) => sampleAt(atS)))
  expect(await files.isWhole()).toBe(false)
})

test('two that write at once leave one whole state, the later one', async () => {
  const files = await newRun()
  await Promise.all(Array.from({ length: 20 }, (_, sentMs) => files.checkpoint({ ...state, sentMs })))
  expect((await files.read()).sentMs).toBe(19)
})

test('a sample that was cut off in the middle is none', async () => {
  const files = await newRun()
  await files.addSamples([sampleAt(0)])
  await appendFile(join(files.run, 'soak-series.jsonl'), JSON.stringify(sampleAt(1)).slice(0, 40))
  expect(await Array.fromAsync(files.samples())).toEqual([sampleAt(0)])
})

test('a run that is no soak, that is whole, or whose state is damaged cannot go on: one line', async () => {
  const files = await newRun()
  await expect(files.read()).rejects.toThrow(
    new UsageError(`--resume ${files.run}: there is no soak to go on with (expected ${join(files.run, 'soak.json')})`),
  )
  await files.checkpoint({ ...state, status: 'whole' })
  await expect(files.read()).rejects.toThrow(/that soak is whole, its report is there; begin another$/)
  expect(await files.isWhole()).toBe(true)
  for (const text of ['{', '{"format":2}', JSON.stringify({ ...state, clockMs: 'yesterday' })]) {
    await writeFile(join(files.run, 'soak.json'), text)
    await expect(files.read()).rejects.toThrow(/soak\.json is damaged or of another version: [^\n]*$/)
  }
})

test('a full disk is told in one line, and the state before it stays whole', async () => {
  const files = await newRun()
  await files.checkpoint(state)
  // Every write to it fails with ENOSPC.
  await symlink('/dev/full', join(files.run, 'soak-series.jsonl'))
  await expect(files.addSamples([sampleAt(0)])).rejects.toThrow(MachineError)
  await expect(files.addSamples([sampleAt(0)])).rejects.toThrow(
    `the soak cannot be written down in ${files.run}: ENOSPC: no space left on device, write`,
  )
  expect(JSON.parse(await readFile(join(files.run, 'soak.json'), 'utf8'))).toEqual(state)
  // Once there is room again, it goes on.
  await files.checkpoint({ ...state, sentMs: 13_000 })
  expect((await files.read()).sentMs).toBe(13_000)
})

test('a soak that one process has is not begun by another', async () => {
  const files = await newRun()
  {
    await using _held = await files.lock()
    await expect(files.lock(0)).rejects.toThrow(
      new MachineError(`${files.run}: another process goes on with this soak (Lock file is already being held)`),
    )
  }
  await using _again = await files.lock(0)
  expect(await readdir(files.run)).toContain('soak.lock')
})

test('the name of its containers is one that Compose takes', async () => {
  const files = await newRun()
  expect(files.projectName).toMatch(/^telemetry-proof-soak-[a-z0-9][a-z0-9_-]*$/)
})
