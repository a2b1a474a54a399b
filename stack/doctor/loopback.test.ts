import { expect, test } from 'vitest'
import { checkLoopback } from './loopback.ts'
import { fakeSystem, type MadeSystem } from './testing/fake-system.ts'

const check = (made: MadeSystem) => checkLoopback(fakeSystem(made))
const broken4 = async (address: string) => (address === '::1' ? undefined : 'nothing came back within 2000 ms')

test('a sound machine is well, with or without IPv6', async () => {
  for (const roundTrip of [
    async () => undefined,
    async (address: string) => (address === '::1' ? 'none' : undefined),
  ]) {
    expect((await check({ roundTrip })).map(({ verdict }) => verdict)).toEqual(['ok', 'ok', 'ok'])
  }
})

test('a loopback that carries nothing is bad; inside WSL 2 the networking mode is the cause to try', async () => {
  expect((await check({ roundTrip: broken4 }))[0]).toMatchObject({
    verdict: 'bad',
    advice: expect.stringMatching(/firewall/),
  })
  const wsl = await check({ roundTrip: broken4, kernel: '6.6.87.2-microsoft-standard-WSL2' })
  expect(wsl[0]).toMatchObject({ verdict: 'bad', advice: expect.stringMatching(/networkingMode=nat/) })
})

test.each([[['192.168.1.7']], [['127.0.0.1', '10.0.0.1']], [[]]])('localhost as %j is bad', async (addresses) => {
  const [, name] = await check({ addressesOf: async () => addresses })
  expect(name).toMatchObject({ verdict: 'bad', advice: expect.stringMatching(/etc\/hosts/) })
})
