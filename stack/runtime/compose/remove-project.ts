// Removes what a compose project left: by its label, so that neither its files nor its variables are needed.
import { type Ask, askDocker } from './engine.ts'

/** Does nothing where there is no engine, or nothing of the project. */
export async function removeProject(project: string, ask: Ask = askDocker): Promise<void> {
  const label = `label=com.docker.compose.project=${project}`
  const listed = async (...words: string[]) =>
    (await ask(...words, '--quiet', '--filter', label)).stdout.split('\n').filter((id) => id !== '')
  const containers = await listed('container', 'ls', '--all')
  if (containers.length > 0) await ask('container', 'rm', '--force', '--volumes', ...containers)
  const networks = await listed('network', 'ls')
  if (networks.length > 0) await ask('network', 'rm', ...networks)
  const volumes = await listed('volume', 'ls')
  if (volumes.length > 0) await ask('volume', 'rm', '--force', ...volumes)
}
