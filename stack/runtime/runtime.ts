// What every runtime offers: a stack that has been started, and handles on its services.

export const runtimeKinds = ['embedded', 'docker', 'podman'] as const
export type RuntimeKind = (typeof runtimeKinds)[number]

export function isRuntimeKind(name: string): name is RuntimeKind {
  return runtimeKinds.some((kind) => kind === name)
}
export type ServiceName = 'clickhouse' | 'otel-collector' | 'metrics-collector' | 'toxiproxy' | 'relay'
export type Role = 'admin' | 'ingest' | 'analyst'

export interface Usage {
  /** CPU in cores since the measurement before; 1 = one core fully used. */
  readonly cpuCores: number
  readonly memoryBytes: number
}

export interface ServiceState {
  readonly status: 'running' | 'paused' | 'ended'
  /** Tells one start of it from another: `process 1234`, `container started at …`. */
  readonly instance: string
}

/** One service of a running stack. */
export interface ServiceHandle {
  readonly name: ServiceName
  /** SIGKILL: no chance to save anything. */
  kill(): Promise<void>
  /** SIGSTOP: it holds its connections and answers nothing. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Asks it to end, waits, and kills it when it does not. */
  stop(): Promise<void>
  /** Starts it again on the same ports with the same data, and waits until it is ready. */
  start(): Promise<void>
  alive(): Promise<boolean>
  /** What the system or the engine says of it now. */
  state(): Promise<ServiceState>
  /** The files it logs to; empty where the engine keeps its log. */
  readonly logFiles: readonly string[]
  /** The last lines of its log. */
  logs(lines: number): Promise<string[]>
  /** Resolves with how it ended when it has; absent where the engine starts again what ends. */
  ended?(): Promise<string>
  /** Undefined while it does not run. */
  usage(): Promise<Usage | undefined>
  /** CPU time in milliseconds, user and system, that its process took since it started; absent where it is no process of this machine. */
  cpuMs?(): Promise<number>
}

/** The same services as seen through toxiproxy. The collector reaches ClickHouse through it without being told. */
export interface Links {
  /** host:port */
  readonly otlpGrpc: string
  /** http://host:port */
  readonly otlpHttp: string
  /** host:port */
  readonly clickhouseNative: string
}

export interface Endpoints {
  /** host:port */
  readonly otlpGrpc: string
  /** http://host:port */
  readonly otlpHttp: string
  readonly collectorHealth: string
  /** Prometheus text of the collector's own counters. */
  readonly collectorMetrics: string
  readonly clickhouseHttp: string
  /** host:port */
  readonly clickhouseNative: string
  /** Prometheus text of the client's metrics; only of the alternative without a database. */
  readonly prometheus?: string
  /** Toxiproxy's API, and the ways through it; only where it runs. */
  readonly toxiproxyApi?: string
  readonly links?: Links
  /** The relay of compose.yaml; only where it was asked for. */
  readonly relay?: { readonly otlpGrpc: string; readonly otlpHttp: string }
}

export interface Component {
  readonly name: string
  readonly version: string
  /** Where it came from: `path …`, `PATH …`, `cache`, `built`, `image …`. */
  readonly source: string
}

export interface ServiceLimit {
  readonly service: ServiceName
  readonly cpuCores: number | null
  readonly memoryBytes: number | null
  readonly enforced: boolean
}

/** What the engine says of one container of the stack. */
export interface ContainerFacts {
  readonly service: string
  readonly image: string
  readonly imageId: string
  /** As the image or the compose file names it; empty means root. */
  readonly user: string
  readonly running: boolean
  readonly exitCode: number
  readonly startedAtMs: number
  readonly finishedAtMs: number
  readonly health: 'none' | 'starting' | 'healthy' | 'unhealthy'
  /** On the machine of the engine; 0 when it does not run. */
  readonly pid: number
  /** Starts by the engine itself, after the service ended. */
  readonly restarts: number
  readonly oomKilled: boolean
  /** Whether it has more rights than containers have by default. */
  readonly privileged: boolean
  readonly cpuLimit: number | null
  readonly memoryLimitBytes: number | null
  readonly memoryReservationBytes: number | null
  readonly published: readonly { readonly address: string; readonly containerPort: number }[]
  readonly mounts: readonly {
    readonly kind: string
    /** A path of this machine, or a volume's full name. */
    readonly source: string
    readonly target: string
    readonly readOnly: boolean
  }[]
}

/** Disk that the stack takes. */
export interface Storage {
  readonly kind: 'image' | 'volume'
  readonly name: string
  readonly bytes: number
}

/** What only containers have. */
export interface Containers {
  /** Every container of the stack, those that have ended too, by the name of their service. */
  facts(): Promise<readonly ContainerFacts[]>
  /** Runs a service's own health check now. */
  health(service: string): Promise<{ readonly healthy: boolean; readonly output: string }>
  /** Starts a service that has ended once more, and waits for its end. */
  rerun(service: string): Promise<{ readonly exitCode: number; readonly output: string }>
  /** Takes a service off the network: nothing reaches it, and it reaches nothing. */
  cut(service: string): Promise<void>
  /** The same `up --wait` once more, of a stack that was started plainly. */
  again?(): Promise<void>
  heal(service: string): Promise<void>
  storage(): Promise<readonly Storage[]>
}

/** A running stack. Disposing it stops everything it started and removes what it does not keep. */
export interface Stack extends AsyncDisposable {
  readonly kind: RuntimeKind
  readonly endpoints: Endpoints
  readonly database: 'telemetry'
  readonly passwords: Readonly<Record<Role, string>>
  /** The salt of identity hashes in this stack. */
  readonly salt: string
  readonly components: readonly Component[]
  readonly limits: readonly ServiceLimit[]
  /** Undefined where the services are no containers. */
  readonly containers?: Containers
  /** @throws UserError when this stack runs no such service */
  service(name: ServiceName): ServiceHandle
}

/** What a person sees while a stack starts: one line a step. */
export type Progress = (message: string) => void

export interface StackOptions {
  /** The directory that holds compose.yaml; sabotaged copies of it are what controls run. */
  readonly stackDirectory: string
  /** Variables of compose.yaml, over its defaults. */
  readonly variables?: Readonly<Record<string, string>>
  /** `free`: any free ports. `fixed`: the ports that compose.yaml publishes. */
  readonly ports: 'free' | 'fixed'
  /** Keeps data here; without it, data lives in a temporary directory and goes with the stack. */
  readonly dataDirectory?: string
  /** Where its services log; in a temporary directory, which goes with the stack, when absent. */
  readonly logDirectory?: string
  /** That it outlives the command that started it: what is left of it is ended by the commands of the daily stack only. */
  readonly daily?: boolean
  /** Containers only: the project's name; its volumes stay when the stack ends. Without it the project and its data go with the stack. */
  readonly projectName?: string
  /** `events`: the collector with ClickHouse. `database`: ClickHouse alone. `metrics`: the alternative without a database. */
  readonly shape?: 'events' | 'database' | 'metrics'
  /** Starts toxiproxy too, on the links from the client to the collector and from there to ClickHouse. */
  readonly faults?: boolean
  /** Containers only: starts the relay of compose.yaml too. */
  readonly relay?: boolean
  /** Containers only: volumes of this many bytes, in memory and owned by uid 10001, so that they can be full. */
  readonly volumeBytes?: Readonly<Record<string, number>>
  /** Containers only: as a person starts it without these commands: with a .env in the stack's directory, and `up --wait` there. */
  readonly plain?: boolean
  readonly progress?: Progress
}

/** Starts a stack. @throws UserError when a file is wrong, a port is taken, or a component does not come up */
export type StartStack = (options: StackOptions) => Promise<Stack>

/** The services that a shape is made of. */
export function servicesOf({ shape }: Pick<StackOptions, 'shape'>): ServiceName[] {
  if (shape === 'metrics') return ['metrics-collector']
  return shape === 'database' ? ['clickhouse'] : ['clickhouse', 'otel-collector']
}
