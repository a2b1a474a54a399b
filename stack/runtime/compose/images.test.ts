import { expect, test } from 'vitest'
import type { ComposeFile, ComposeService } from '../compose-file.ts'
import type { Answer, Ask } from '../docker-cli.ts'
import { imagesAtHand, inspectImage, obtainImages } from './images.ts'
import { SUBSTITUTE_LABEL, substituteFor, substituteReference } from './substitutes.ts'

const OFFICIAL = 'clickhouse/clickhouse-server:26.7'
const substitute = substituteFor(OFFICIAL)
const SUBSTITUTE = substitute ? await substituteReference(substitute, '26.7') : ''
const VARIABLE = 'CLICKHOUSE_IMAGE'

const service: ComposeService = {
  name: 'clickhouse',
  image: OFFICIAL,
  imageVariable: VARIABLE,
  command: [],
  environment: {},
  ports: [],
  mounts: [],
  profiles: [],
  cpuLimit: null,
  memoryLimitBytes: null,
}
const compose = (...services: readonly ComposeService[]): ComposeFile => ({
  services: new Map(services.map((made) => [made.name, made])),
})
const stack = compose(service, { ...service, name: 'other', image: 'busybox:1', imageVariable: undefined })

type Labels = Readonly<Record<string, string>> | null
const built: Labels = { [SUBSTITUTE_LABEL]: 'true' }
const refusal: Answer = { stdout: '', failure: 'error', message: 'Error response from daemon: no such host\nmore' }

/** An engine with these images and this registry; keeps what it was asked. */
function engine(images: Readonly<Record<string, Labels>>, pulled: Answer = { stdout: '', failure: '', message: '' }) {
  const asked: string[] = []
  const ask: Ask = async (...words) => {
    asked.push(words.join(' '))
    if (words[0] === 'pull') return pulled
    const labels = images[words[2] ?? '']
    if (labels === undefined) return { stdout: '[]', failure: 'error', message: 'No such image' }
    return { stdout: JSON.stringify([{ Config: { Labels: labels } }]), failure: '', message: '' }
  }
  return { ask, asked }
}
const obtain = async (file: ComposeFile, { ask }: ReturnType<typeof engine>, said: string[] = []) =>
  obtainImages(file, ['clickhouse'], (line) => said.push(line), ask)
const wanted = { service: 'clickhouse', variable: VARIABLE, version: '26.7' }

test.each<[string, Labels, boolean]>([
  ['no label', {}, false],
  ['no labels at all', null, false],
  ['another label', { 'org.opencontainers.image.version': 'true' }, false],
  ['the label', built, true],
  ['the label with another value', { [SUBSTITUTE_LABEL]: 'false' }, false],
])('the label alone decides whether an image is a substitute: %s', async (_name, labels, expected) => {
  expect(await inspectImage(engine({ x: labels }).ask, 'x')).toEqual({ reference: 'x', substitute: expected })
})

test('an image of which the engine says nothing more is official, and one that it has not is none', async () => {
  const sayingLittle: Ask = async () => ({ stdout: '[{}]', failure: '', message: '' })
  expect(await inspectImage(sayingLittle, 'x')).toEqual({ reference: 'x', substitute: false })
  expect(await inspectImage(engine({}).ask, 'x')).toBe(undefined)
})

test('the official image wins where it is here, and nothing else is asked for', async () => {
  const made = engine({ [OFFICIAL]: {}, [SUBSTITUTE]: built })
  expect(await obtain(stack, made)).toEqual([{ ...wanted, reference: OFFICIAL, substitute: false }])
  expect(made.asked).toEqual([`image inspect ${OFFICIAL}`])
})

test('a substitute under the official name is told as one', async () => {
  expect(await obtain(stack, engine({ [OFFICIAL]: built }))).toEqual([
    { ...wanted, reference: OFFICIAL, substitute: true },
  ])
})

test('the substitute stands in where the official image is not here, and nothing is pulled', async () => {
  const made = engine({ [SUBSTITUTE]: built })
  expect(await obtain(stack, made)).toEqual([{ ...wanted, reference: SUBSTITUTE, substitute: true }])
  expect(made.asked.filter((words) => words.startsWith('pull'))).toEqual([])
})

test('a substitute of other contents does not stand in', async () => {
  const older = SUBSTITUTE.replace(/.$/, (digit) => (digit === '0' ? '1' : '0'))
  expect(await imagesAtHand(stack, ['clickhouse'], engine({ [older]: built }).ask)).toBe(undefined)
})

test('nothing can stand in for an image without a variable that names another', async () => {
  const made = engine({ [SUBSTITUTE]: built })
  const fixed = compose({ ...service, imageVariable: undefined })
  expect(await imagesAtHand(fixed, ['clickhouse'], made.ask)).toBe(undefined)
  expect(await obtain(fixed, made)).toMatchObject([{ reference: OFFICIAL, substitute: false, variable: undefined }])
})

test('what is not here is pulled once, and the person is told', async () => {
  const made = engine({})
  const said: string[] = []
  expect(await obtain(stack, made, said)).toEqual([{ ...wanted, reference: OFFICIAL, substitute: false }])
  expect(made.asked.filter((words) => words.startsWith('pull'))).toEqual([`pull --quiet ${OFFICIAL}`])
  expect(said).toEqual([`pulling ${OFFICIAL}`])
})

test('what is at hand is all or nothing, and asks no registry', async () => {
  const made = engine({ [OFFICIAL]: {} })
  expect(await imagesAtHand(stack, ['clickhouse', 'other'], made.ask)).toBe(undefined)
  expect(await imagesAtHand(stack, ['clickhouse'], made.ask)).toHaveLength(1)
  expect(made.asked.filter((words) => !words.startsWith('image inspect '))).toEqual([])
})

test('a refused pull is one line that names the image, its service, why, and every way out', async () => {
  const error = await obtain(stack, engine({}, refusal)).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({
    exitCode: 2,
    message:
      `the image ${OFFICIAL} of clickhouse is not here and cannot be pulled (Error response from daemon: no such host); ` +
      `run npm run images, which builds a substitute without a registry, name another by ${VARIABLE}, or use --runtime embedded`,
  })
})

test('on Podman the way to a substitute is one for Podman', async () => {
  const made = obtainImages(stack, ['clickhouse'], () => {}, engine({}, refusal).ask, 'podman')
  await expect(made).rejects.toThrow('; run npm run images -- --runtime podman, which builds a substitute')
})

test('a pull that does not end says so', async () => {
  const made = engine({}, { stdout: '', failure: 'timeout', message: 'not within 900 s' })
  await expect(obtain(stack, made)).rejects.toThrow('cannot be pulled (no answer)')
})

test('a refused pull offers no substitute and no variable where there is none', async () => {
  const made = obtainImages(stack, ['other'], () => {}, engine({}, refusal).ask)
  await expect(made).rejects.toThrow(/^the image busybox:1 of other is .*no such host\); or use --runtime embedded$/)
})

test('an image has the name that the engine gives it: Podman’s is longer', async () => {
  const podman: Ask = async () => ({
    stdout: JSON.stringify([{ RepoTags: ['localhost/other:1', 'localhost/mine:1'] }]),
    failure: '',
    message: '',
  })
  expect(await inspectImage(podman, 'mine:1')).toMatchObject({ reference: 'localhost/mine:1' })
  expect(await inspectImage(podman, 'else:1')).toMatchObject({ reference: 'else:1' })
})
