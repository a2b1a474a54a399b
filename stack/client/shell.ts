// The shells that people start the client from: their names, their quoting, and which one a person uses.

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const
export type Shell = (typeof shells)[number]

/** The file name of the shell's template in stack/client/env/. */
export const templateNames: Readonly<Record<Shell, string>> = {
  bash: 'telemetry.bash',
  zsh: 'telemetry.zsh',
  fish: 'telemetry.fish',
  powershell: 'telemetry.ps1',
}

/** The text as one literal word of the shell. */
export function quoteFor(shell: Shell, text: string): string {
  switch (shell) {
    case 'bash':
    case 'zsh':
      return `'${text.replaceAll("'", String.raw`'\''`)}'`
    case 'fish':
      return `'${text.replace(/[\\']/g, String.raw`\$&`)}'`
    case 'powershell':
      // PowerShell takes the typographic quotes for quotes as well.
      return `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`
  }
}

/** The line that sets a variable for the shell and for what it starts. */
export function exportLine(shell: Shell, name: string, value: string): string {
  const quoted = quoteFor(shell, value)
  if (shell === 'fish') return `set -gx ${name} ${quoted}`
  return shell === 'powershell' ? `$env:${name} = ${quoted}` : `export ${name}=${quoted}`
}

/** The line that runs a file inside the shell. */
export function sourceLine(shell: Shell, file: string): string {
  return `${shell === 'fish' ? 'source' : '.'} ${quoteFor(shell, file)}`
}

/**
 * The shell that runs the command: the nearest ancestor that is one, beyond the shell that npm starts its scripts with. Else the one that the
 * environment speaks of: SHELL, or PSModulePath, which PowerShell sets; bash when nothing tells.
 * @param ancestors names of the processes above this one, the nearest first
 */
export function detectShell(
  env: Readonly<Record<string, string | undefined>>,
  ancestors: readonly string[] = [],
): Shell {
  const above = ancestors.slice(ancestors.findIndex((name) => /^npm\b/.test(name)) + 1)
  const running = above.map(shellNamed).find((shell) => shell !== undefined)
  return running ?? shellOf(env)
}

/** Other shells of the Bourne family read what bash reads. */
function shellNamed(process: string): Shell | undefined {
  const name = process
    .replace(/^-/, '')
    .replace(/\.exe$/i, '')
    .toLowerCase()
  if (name === 'pwsh') return 'powershell'
  if (['sh', 'dash', 'ash', 'ksh', 'busybox'].includes(name)) return 'bash'
  return shells.find((shell) => shell === name)
}

function shellOf(env: Readonly<Record<string, string | undefined>>): Shell {
  const modules = env.PSModulePath ?? ''
  // Outside Windows only PowerShell itself sets it; on Windows it is always there, and SHELL speaks of Git Bash.
  if (modules.startsWith('/')) return 'powershell'
  const name = /([^/\\]+?)(?:\.exe)?$/.exec(env.SHELL ?? '')?.[1]?.toLowerCase()
  if (name === 'pwsh') return 'powershell'
  const known = shells.find((shell) => shell === name)
  return known ?? (modules !== '' && name === undefined ? 'powershell' : 'bash')
}
