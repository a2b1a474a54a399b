// Reads the flags of the programs in this folder: a mistake in them is one line and exit code 64.
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { ExitCode, messageOf } from '../../core/errors.ts'

export function readFlags<const Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config)
  } catch (error) {
    console.error(messageOf(error).split('\n')[0])
    process.exit(ExitCode.usage)
  }
}
