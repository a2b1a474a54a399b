import { expect, test } from 'vitest'
import { stackDirectory } from '../../core/paths.ts'
import { containerNeeds, imagesHere } from '../runtime/auto/choose.ts'
import { substituteFor, substituteReference } from '../runtime/compose/substitutes.ts'
import { dockerThrough } from './docker-answers.ts'
import { checkDockerImages } from './docker-images.ts'
import { fakeDocker, type MadeDocker } from './testing/fake-docker.ts'
import { fakeSystem, type MadeSystem } from './testing/fake-system.ts'

const CLICKHOUSE = 'clickhouse/clickhouse-server:26.7'
const COLLECTOR = 'otel/opentelemetry-collector-contrib:0.161.0'
const TOXIPROXY = 'ghcr.io/shopify/toxiproxy:2.12.0'
const NODE = 'node:26-slim'

async function check(images: MadeDocker['images'] = {}, made: MadeSystem = {}) {
  const system = fakeSystem({ ...made, commands: fakeDocker({ images }) })
  const { compose } = await containerNeeds(stackDirectory, system.env)
  return checkDockerImages(system, await imagesHere(compose, dockerThrough(system)))
}

test('official images that are here are named as such', async () => {
  expect(await check({ [CLICKHOUSE]: {}, [COLLECTOR]: {}, [TOXIPROXY]: {}, [NODE]: {} })).toEqual([
    {
      check: 'images',
      verdict: 'ok',
      message: `here: ${CLICKHOUSE} (official), ${COLLECTOR} (official), ${TOXIPROXY} (official), ${NODE} (official)`,
      advice: '',
    },
  ])
})

test('a substitute is told from an official image, and what is missing comes with how to get it', async () => {
  const substitute = substituteFor(CLICKHOUSE)
  const reference = substitute ? await substituteReference(substitute, '26.7') : ''
  const [here, missing, ...more] = await check({
    [reference]: { 'telemetry-proof.substitute': 'true' },
    [COLLECTOR]: {},
    [NODE]: {},
  })
  expect(more).toEqual([])
  expect(here?.message).toBe(`here: ${reference} (substitute), ${COLLECTOR} (official), ${NODE} (official)`)
  expect(missing).toMatchObject({
    verdict: 'ok',
    message: `not here: ${TOXIPROXY}; so \`--runtime auto\` takes the embedded runtime`,
    advice: `to use containers: \`docker pull ${TOXIPROXY}\`; where no registry can be reached: \`npm run images\``,
  })
})

test('without any image there is one finding, whose command fetches them all', async () => {
  const findings = await check()
  expect(findings).toHaveLength(1)
  expect(findings[0]?.advice).toContain(
    `\`docker pull ${CLICKHOUSE} && docker pull ${COLLECTOR} && docker pull ${TOXIPROXY} && docker pull ${NODE}\``,
  )
})

test('substitutes are offered only where they can be built, and for official images only', async () => {
  const own = await check({ [COLLECTOR]: {}, [TOXIPROXY]: {}, [NODE]: {} }, { env: { CLICKHOUSE_IMAGE: 'mine:1' } })
  expect(own[1]?.advice).toBe('to use containers: `docker pull mine:1`')
  expect((await check({}, { platform: 'darwin' }))[0]?.advice).not.toContain('npm run images')
})

test("a person's own image counts in place of the official one", async () => {
  const own = 'registry.example/clickhouse:26.7'
  const findings = await check({ [own]: {} }, { env: { CLICKHOUSE_IMAGE: own } })
  expect(findings[0]?.message).toBe(`here: ${own} (named by a variable)`)
})
