// Podman: whether the stack can run on it, and what keeps it from that. Without it, or with Docker beside it, nothing is wrong.
import { isEngine } from '../runtime/compose/engine.ts'
import { examinePodman } from '../runtime/compose/podman-engine.ts'
import { engineCommand, podmanHost } from '../runtime/docker-cli.ts'
import { answersOf } from './docker-answers.ts'
import type { DoctorFinding } from './finding.ts'
import { ok, warn } from './finding.ts'
import { firstLine, type System } from './system.ts'

const CHECK = 'containers'

/** @returns no finding without Podman */
export async function checkPodman(system: System): Promise<readonly DoctorFinding[]> {
  // Its storage is asked through the socket only: Podman itself would set it up, and the doctor changes nothing.
  const client = /\d+\.\d+[\w.]*/.exec(await firstLine(system, 'podman', '--version'))?.[0]
  if (client === undefined) return []
  const place = { environment: system.env, uid: system.uid, exists: system.exists }
  const found = await examinePodman(
    (...words) => {
      const { command, args } = engineCommand('podman', words, place)
      return answersOf(system, command, args)
    },
    {
      platform: system.platform,
      host: podmanHost(place),
      exists: system.exists,
      run: (command, ...args) => answersOf(system, command, args),
    },
  )
  if (!isEngine(found)) {
    // Nobody asked for Podman; one that lacks something would not do what it promises.
    if (found.kind === 'unfit') return [warn(CHECK, found.problem, `${found.remedy}, or use the embedded runtime`)]
    return [ok(CHECK, `Podman ${client}: ${found.problem}`, `to use it: ${found.remedy}`)]
  }
  const { version, composeVersion, compose, rootless, limits, checksHealth, host, remote } = found
  const whose = rootless ? 'rootless' : 'as root'
  return [
    ok(CHECK, `Podman ${version} answers ${whose} at ${host}, Compose ${composeVersion} (\`${compose.join(' ')}\`)`),
    ...(remote
      ? [
          warn(
            CHECK,
            `Podman at ${host} is on another machine, which has neither the files nor the ports of this one`,
            'unset CONTAINER_HOST, or use the embedded runtime',
          ),
        ]
      : []),
    ...(limits
      ? []
      : [
          warn(
            CHECK,
            'Podman cannot hold containers to their limits of memory and CPU',
            rootless
              ? 'use control groups version 2 and let systemd delegate the controllers cpu and memory to your user, or use the embedded runtime'
              : 'the kernel lacks the cgroup controllers cpu or memory: `podman info` names them',
          ),
        ]),
    ...(checksHealth
      ? []
      : [
          ok(
            CHECK,
            'without systemd Podman carries out no health checks: `--runtime podman` does it, a plain `docker compose up` would wait for ever',
            'docs/podman.md says how',
          ),
        ]),
  ]
}
