// A query as a shell script that needs curl only, for docs/queries/ and for machines without this project.
import { answerOf, DEFAULTS, parametersOf } from './query.ts'

/** How a variable of the shell gives a parameter when nobody sets it. */
const UNSET: Readonly<Record<string, string>> = {
  from: '2020-01-01 00:00:00',
  to: `$(date -u '+%Y-%m-%d %H:%M:%S')`,
  session: '?which session=…',
}

/** The text of the script. Its variables are the parameters, in small letters because USER and TZ are taken; times are in UTC. */
export function scriptOf(sql: string): string {
  const parameters = parametersOf(sql)
  const variables = parameters.map(({ name }) => name)
  const values = parameters.map(({ name }) => {
    const unset = UNSET[name] ?? DEFAULTS[name] ?? ''
    return `  --data-urlencode "param_${name}=\${${name}:${unset.startsWith('?') ? unset : `-${unset}`}}" \\`
  })
  return `#!/bin/sh
# ${answerOf(sql)}
# CLICKHOUSE_PASSWORD is that of the user analyst (npm run stack -- env --json); CLICKHOUSE_URL, if it is not http://127.0.0.1:8123.
# Also read: ${[...variables, 'dataset'].join(', ')}. The last names a sample that was loaded; without it, what is no sample is asked.
set -eu
url=\${CLICKHOUSE_URL:-http://127.0.0.1:8123}
: "\${CLICKHOUSE_PASSWORD:?the password of the user analyst}"
sql=$(cat <<'SQL'
${sql.trimEnd()}
SQL
)
# The password goes in by standard input, so that no list of processes shows it.
printf 'user = "analyst:%s"\\n' "$CLICKHOUSE_PASSWORD" | curl --config - --silent --show-error --fail-with-body \\
  --get "\${url%/}/" \\
${[...values, `  --data-urlencode "default_format=\${FORMAT:-PrettyCompactMonoBlock}" \${dataset:+--data-urlencode "log_comment=dataset:$dataset"} \\`, '  --data-urlencode "query=$sql"'].join('\n')}
`
}
