// Removes what a compose project left, or all but its data: by its label, so that neither its files nor its variables are needed.
import { type Ask, askDocker } from './docker-cli.ts'

export interface RemoveOptions {
  /** Ends the services in order and keeps their volumes. */
  readonly keepVolumes?: boolean
  readonly ask?: Ask
}

/** Does nothing where there is no engine, or nothing of the project. */
export async function removeProject(project: string, options: RemoveOptions = {}): Promise<void> {
  const { keepVolumes = false, ask = askDocker } = options
  const label = `label=com.docker.compose.project=${project}`
  const listed = async (...words: string[]) =>
    (await ask(...words, '--quiet', '--filter', label)).stdout.split('\n').filter((id) => id !== '')
  const containers = await listed('container', 'ls', '--all')
  if (containers.length > 0) {
    if (keepVolumes) await ask('container', 'stop', ...containers)
    await ask('container', 'rm', '--force', '--volumes', ...containers)
  }
  const networks = await listed('network', 'ls')
  if (networks.length > 0) await ask('network', 'rm', ...networks)
  if (keepVolumes) return
  const volumes = await listed('volume', 'ls')
  if (volumes.length > 0) await ask('volume', 'rm', '--force', ...volumes)
}
