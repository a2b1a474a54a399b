// Toxiproxy's command line for this machine: its API's port, and a copy of its proxies with this machine's ports.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, UserError } from '../../../core/errors.ts'
import type { ComposeService } from '../compose-file.ts'
import { type HostPort, type PortMap, translateAddresses, translatePaths } from './addresses.ts'

/** @returns the arguments; what a mounted file says of addresses is translated into a file below `directory` */
export async function toxiproxyArguments(
  service: ComposeService,
  { api, ports, directory }: { readonly api: HostPort; readonly ports: PortMap; readonly directory: string },
): Promise<string[]> {
  return Promise.all(
    service.command.map(async (word) => {
      const [flag = '', value = ''] = word.split('=')
      if (flag === '-host') return `${flag}=${api.address}`
      if (flag === '-port') return `${flag}=${api.port}`
      if (flag !== '-config') return word
      const source = translatePaths(value, service, directory)
      const text = await readFile(source, 'utf8').catch((error: unknown) => {
        throw new UserError(`the proxies of toxiproxy cannot be read: ${messageOf(error)}`)
      })
      const target = join(directory, 'proxies.json')
      await writeFile(target, translateAddresses(text, service, ports))
      return `${flag}=${target}`
    }),
  )
}
