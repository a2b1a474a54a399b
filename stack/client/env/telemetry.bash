# Points the Claude Code CLI at the local telemetry stack. In ~/.bashrc: source <this file>
# What you have set stays. OTEL_SESSION_ID, OTEL_USER_ID, OTEL_CHAPTER, OTEL_FEATURE and OTEL_ORGANIZATION are optional; they
# and the git branch are read whenever the client starts. Other launchers: telemetry_env PROGRAM ARGUMENTS…

export CLAUDE_CODE_ENABLE_TELEMETRY="${CLAUDE_CODE_ENABLE_TELEMETRY-1}"
export OTEL_METRICS_EXPORTER="${OTEL_METRICS_EXPORTER-otlp}"
export OTEL_LOGS_EXPORTER="${OTEL_LOGS_EXPORTER-otlp}"
export OTEL_EXPORTER_OTLP_PROTOCOL="${OTEL_EXPORTER_OTLP_PROTOCOL-grpc}"
case $OTEL_EXPORTER_OTLP_PROTOCOL in
  http/*) export OTEL_EXPORTER_OTLP_ENDPOINT="${OTEL_EXPORTER_OTLP_ENDPOINT-http://127.0.0.1:4318}" ;;
  *) export OTEL_EXPORTER_OTLP_ENDPOINT="${OTEL_EXPORTER_OTLP_ENDPOINT-http://127.0.0.1:4317}" ;;
esac

# A list of hosts that need no proxy, with this machine in it.
_telemetry_no_proxy() {
  # Some programs take a blank for a part of a name, and an empty entry for every host.
  local list=",${1//[[:space:]]/,}," host
  while [ "$list" != "${list//,,/,}" ]; do list=${list//,,/,}; done
  for host in 127.0.0.1 localhost; do
    case $list in
      *",$host,"* | *",*,"*) ;;
      *) list=$list$host, ;;
    esac
  done
  list=${list#,}
  printf %s "${list%,}"
}
if [ -n "${HTTP_PROXY-}${HTTPS_PROXY-}${ALL_PROXY-}${http_proxy-}${https_proxy-}${all_proxy-}${grpc_proxy-}" ]; then
  # Some programs read the one, some the other: neither may hide what only the other holds.
  export NO_PROXY="$(_telemetry_no_proxy "${NO_PROXY:-${no_proxy-}}")" no_proxy="$(_telemetry_no_proxy "${no_proxy:-${NO_PROXY-}}")"
  # gRPC knows no `*`, but a list of its own.
  case "${no_grpc_proxy:+set},$no_proxy," in
    set* | *",*,"*) export no_grpc_proxy="$(_telemetry_no_proxy "${no_grpc_proxy-}")" ;;
  esac
fi

# Prints the resource attributes. The body is a subshell: its variables, its locale and its options end with it.
_telemetry_attributes() (
  set +eu
  own=${OTEL_RESOURCE_ATTRIBUTES-}
  list=${own%,}
  branch=$(command git symbolic-ref --short -q HEAD 2>/dev/null || command git rev-parse --short HEAD 2>/dev/null)
  LC_ALL=C # one character = one byte
  add() {
    case ",${own//[[:space:]]/}" in *",$1="*) return ;; esac
    [ -n "$2" ] || return
    encoded=
    for ((i = 0; i < ${#2}; i++)); do
      byte=${2:i:1}
      case $byte in
        [a-zA-Z0-9._~/-]) ;;
        *)
          printf -v code %d "'$byte"
          printf -v byte %%%02X $((code & 255))
          ;;
      esac
      encoded+=$byte
    done
    list=${list:+$list,}$1=$encoded
  }
  add session.id "${OTEL_SESSION_ID-}"
  add user.id "${OTEL_USER_ID-}"
  add chapter.number "${OTEL_CHAPTER-}"
  add feature.id "${OTEL_FEATURE-}"
  add organization.id "${OTEL_ORGANIZATION-}"
  add git.branch "$branch"
  printf '%s\n' "$list"
)

# Runs a program with the attributes of this moment; without a program, prints them.
telemetry_env() {
  set -- "$(_telemetry_attributes)" "$@"
  if [ $# -eq 1 ]; then
    printf '%s\n' "$1"
  elif [ -z "$1" ]; then
    "${@:2}"
  else
    OTEL_RESOURCE_ATTRIBUTES=$1 "${@:2}"
  fi
}

# An alias would win over the function; older installations made one for a program that is not on PATH.
unalias claude 2>/dev/null || :
function claude {
  if type -P claude >/dev/null || [ ! -x ~/.claude/local/claude ]; then
    telemetry_env command claude "$@"
  else
    telemetry_env ~/.claude/local/claude "$@"
  fi
}
