// How long a backend asks to be left alone: google.rpc.RetryInfo in a gRPC status' details, as OTLP prescribes for UNAVAILABLE
// (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling).
import protobuf from 'protobufjs'

const root = protobuf.parse(`
  syntax = "proto3";
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Any { string type_url = 1; bytes value = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
`).root
const statusType = root.lookupType('Status')
const retryInfoType = root.lookupType('RetryInfo')
const TYPE_URL = 'type.googleapis.com/google.rpc.RetryInfo'

/** The value of the trailer `grpc-status-details-bin`, in bytes. */
export function encodeRetryInfo(status: {
  readonly code: number
  readonly message: string
  readonly afterMs: number
}): Buffer {
  const { code, message, afterMs } = status
  const delay = { seconds: Math.floor(afterMs / 1000), nanos: (afterMs % 1000) * 1_000_000 }
  const value = retryInfoType.encode(retryInfoType.fromObject({ retryDelay: delay })).finish()
  const details = [{ typeUrl: TYPE_URL, value }]
  return Buffer.from(statusType.encode(statusType.fromObject({ code, message, details })).finish())
}

/** Milliseconds that the details ask for; undefined when they say nothing of it. */
export function decodeRetryInfo(bytes: Uint8Array): number | undefined {
  try {
    const { details = [] } = statusType.toObject(statusType.decode(bytes))
    const info = details.find(({ typeUrl }: { typeUrl: string }) => typeUrl === TYPE_URL)
    if (info === undefined) return undefined
    const { retryDelay = {} } = retryInfoType.toObject(retryInfoType.decode(info.value), { longs: Number })
    return Number(retryDelay.seconds ?? 0) * 1000 + Math.round(Number(retryDelay.nanos ?? 0) / 1_000_000)
  } catch {
    return undefined
  }
}
