// What emitters are told: where to send, how, and how long to wait.
import type { Framing } from './http-post.ts'

export interface SdkOptions {
  readonly protocol: 'grpc' | 'http/protobuf' | 'http/json'
  /** gRPC: `127.0.0.1:4317`; HTTP: `http://127.0.0.1:4318`. */
  readonly endpoint: string
  readonly timeoutMs: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface ReplayOptions {
  readonly protocol: 'grpc' | 'http/protobuf' | 'http/json'
  /** gRPC: `127.0.0.1:4317`; HTTP: `http://127.0.0.1:4318`. */
  readonly endpoint: string
  readonly timeoutMs: number
  /** HTTP only; `length` when absent. */
  readonly framing?: Framing
  /** `none` when absent. */
  readonly compression?: 'gzip' | 'none'
  readonly headers?: Readonly<Record<string, string>>
}
