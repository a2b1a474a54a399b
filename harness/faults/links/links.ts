// The links of a stack with faults: which ones a fault is about, their two ends, and toxiproxy's side of them.
import { type Proxy as Link, Toxiproxy } from 'toxiproxy-node-client'
import { z } from 'zod'
import { UserError } from '../../../core/errors.ts'
import type { Stack } from '../../../stack/runtime/runtime.ts'
import type { LinkStage } from '../stage.ts'

/** As stack/toxiproxy/proxies.json names its proxies. */
export type LinkName = 'clickhouse' | 'otlp-grpc' | 'otlp-http'

export const directions = ['upstream', 'downstream'] as const
/** `upstream`: towards ClickHouse. `downstream`: the answers. */
export type Direction = (typeof directions)[number]

export const clientLinks = ['otlp-grpc', 'otlp-http', 'both'] as const
/** Which of the client's two links; both when it is not said. Other stages have one link only. */
export type ClientLink = (typeof clientLinks)[number]

/** For the schema of a kind's parameters. */
export const linkParameter = z.enum(clientLinks).exactOptional()

export interface LinkEnds {
  /** host:port through toxiproxy, */
  readonly through: string
  /** and past it. */
  readonly beside: string
}

/** The links that a fault is about. */
export function linksOf(stage: LinkStage, link: ClientLink = 'both'): readonly LinkName[] {
  if (stage === 'collector-clickhouse') return ['clickhouse']
  return link === 'both' ? ['otlp-grpc', 'otlp-http'] : [link]
}

/** How titles name a link, and what goes over it in each direction. */
export function wordsOf(
  stage: LinkStage,
): { readonly short: string; readonly link: string } & Record<Direction, string> {
  const ends =
    stage === 'client-collector'
      ? { short: 'collector-link', from: 'the relay', to: 'the collector' }
      : { short: 'clickhouse-link', from: 'the collector', to: 'ClickHouse' }
  return {
    short: ends.short,
    link: `the link between ${ends.from} and ${ends.to}`,
    upstream: `requests from ${ends.from} to ${ends.to}`,
    downstream: `answers from ${ends.to} to ${ends.from}`,
  }
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
