// The links of a stack with faults: which ones a fault is about, their two ends, and toxiproxy's side of them.
import { type Proxy as Link, Toxiproxy } from 'toxiproxy-node-client'
import { UserError } from '../../core/errors.ts'
import type { Stack } from '../../stack/runtime/runtime.ts'
import { choiceOf, type Fault, nameOf } from './fault.ts'

/** As stack/toxiproxy/proxies.json names its proxies. */
export type LinkName = 'clickhouse' | 'otlp-grpc' | 'otlp-http'

export const directions = ['upstream', 'downstream'] as const
/** `upstream`: towards ClickHouse. `downstream`: the answers. */
export type Direction = (typeof directions)[number]

export interface LinkEnds {
  /** host:port through toxiproxy, */
  readonly through: string
  /** and past it. */
  readonly beside: string
}

/** The links of the fault's stage; of the client's two, `parameters.link` takes one. @throws UserError when the stage has none */
export function linksOf(fault: Fault): readonly LinkName[] {
  if (fault.stage === 'collector-clickhouse') return ['clickhouse']
  if (fault.stage !== 'client-collector')
    throw new UserError(`fault ${nameOf(fault)}: only client-collector and collector-clickhouse are links`)
  const link = choiceOf(fault, 'link', ['otlp-grpc', 'otlp-http', 'both'], 'both')
  return link === 'both' ? ['otlp-grpc', 'otlp-http'] : [link]
}

/** @throws UserError when the stack was started without faults */
export function endsOf(stack: Stack, link: LinkName): LinkEnds {
  const { endpoints } = stack
  if (!endpoints.links) throw withoutFaults()
  const bare = (url: string) => new URL(url).host
  switch (link) {
    case 'clickhouse':
      return { through: endpoints.links.clickhouseNative, beside: endpoints.clickhouseNative }
    case 'otlp-grpc':
      return { through: endpoints.links.otlpGrpc, beside: endpoints.otlpGrpc }
    case 'otlp-http':
      return { through: bare(endpoints.links.otlpHttp), beside: bare(endpoints.otlpHttp) }
  }
}

/** @throws UserError when the stack was started without faults */
export async function proxyOf(stack: Stack, link: LinkName): Promise<Link> {
  const api = stack.endpoints.toxiproxyApi
  if (api === undefined) throw withoutFaults()
  return new Toxiproxy(api).get(link)
}

function withoutFaults(): UserError {
  return new UserError('this stack has no links that can fail: it was started without faults')
}
