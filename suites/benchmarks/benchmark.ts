// What a benchmark is: a name, how often it is run, and what it found, for people and for programs.

export interface BenchmarkOptions {
  /** How often it is run. */
  readonly runs: number
  readonly progress: (message: string) => void
}

export interface Benchmark {
  /** As people ask for it. */
  readonly name: string
  /** Whether it runs unless asked for by name: the long ones do not. */
  readonly usual: boolean
  /** How often it is run where nobody says how often. */
  readonly usualRuns: number
  /** @throws UserError when what is measured fails: a failing run says nothing about speed */
  run(options: BenchmarkOptions): Promise<BenchmarkResult>
}

export interface BenchmarkResult {
  /** Whether it is within its limit, where it has one. */
  readonly withinLimit: boolean
  /** For a person, a line each. */
  readonly lines: readonly string[]
  /** For a program: `name`, and what was found, units last in names. */
  readonly json: Readonly<Record<string, unknown>>
}
