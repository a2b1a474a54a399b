# Points the Claude Code CLI at the local telemetry stack. In ~/.config/fish/config.fish: source <this file>
# What you have set stays. OTEL_SESSION_ID, OTEL_USER_ID, OTEL_CHAPTER, OTEL_FEATURE and OTEL_ORGANIZATION are optional; they
# and the git branch are read whenever the client starts. Other launchers: telemetry_env PROGRAM ARGUMENTS…

set -q CLAUDE_CODE_ENABLE_TELEMETRY; or set -gx CLAUDE_CODE_ENABLE_TELEMETRY 1
set -q OTEL_METRICS_EXPORTER; or set -gx OTEL_METRICS_EXPORTER otlp
set -q OTEL_LOGS_EXPORTER; or set -gx OTEL_LOGS_EXPORTER otlp
set -q OTEL_EXPORTER_OTLP_PROTOCOL; or set -gx OTEL_EXPORTER_OTLP_PROTOCOL grpc
if not set -q OTEL_EXPORTER_OTLP_ENDPOINT
    if string match -q 'http/*' -- "$OTEL_EXPORTER_OTLP_PROTOCOL"
        set -gx OTEL_EXPORTER_OTLP_ENDPOINT http://127.0.0.1:4318
    else
        set -gx OTEL_EXPORTER_OTLP_ENDPOINT http://127.0.0.1:4317
    end
end

# A list of hosts that need no proxy, with this machine in it: the first that is not empty, extended.
function _telemetry_no_proxy
    set -l list $argv[1]
    test -n "$list"; or set list $argv[2]
    # Some programs take a blank for a part of a name, and an empty entry for every host.
    set -l hosts (string split -n , -- (string replace -ra '\s' , -- "$list"))
    for host in 127.0.0.1 localhost
        contains -- $host $hosts; or contains -- '*' $hosts; or set -a hosts $host
    end
    string join , -- $hosts
end
if test -n "$HTTP_PROXY$HTTPS_PROXY$ALL_PROXY$http_proxy$https_proxy$all_proxy$grpc_proxy"
    # Some programs read the one, some the other: neither may hide what only the other holds.
    set -gx NO_PROXY (_telemetry_no_proxy "$NO_PROXY" "$no_proxy")
    set -gx no_proxy (_telemetry_no_proxy "$no_proxy" "$NO_PROXY")
    # gRPC knows no *, but a list of its own.
    if test -n "$no_grpc_proxy"; or contains -- '*' (string split , -- "$no_proxy")
        set -gx no_grpc_proxy (_telemetry_no_proxy "$no_grpc_proxy" '')
    end
end

# Prints the resource attributes.
function _telemetry_attributes
    set -l own ,(string replace -ra '\s' '' -- "$OTEL_RESOURCE_ATTRIBUTES" | string collect)
    set -l list (string trim -r -c , -- "$OTEL_RESOURCE_ATTRIBUTES" | string collect)
    set -l branch
    if command -q git
        set branch (command git symbolic-ref --short -q HEAD 2>/dev/null; or command git rev-parse --short HEAD 2>/dev/null)
    end
    for pair in session.id=OTEL_SESSION_ID user.id=OTEL_USER_ID chapter.number=OTEL_CHAPTER feature.id=OTEL_FEATURE \
        organization.id=OTEL_ORGANIZATION git.branch=branch
        set -l names (string split = -- $pair)
        set -l value $$names[2]
        if test -n "$value"; and not string match -q -- "*,$names[1]=*" "$own"
            set list (string trim -l -c , -- "$list,$names[1]="(string escape --style=url -- "$value") | string collect)
        end
    end
    printf '%s\n' "$list"
end

# Runs a program with the attributes of this moment; without a program, prints them.
function telemetry_env
    set -l attributes (_telemetry_attributes | string collect)
    if test (count $argv) -eq 0
        printf '%s\n' "$attributes"
        return
    end
    test -z "$attributes"; or set -lx OTEL_RESOURCE_ATTRIBUTES $attributes
    $argv
end

function claude --wraps claude
    if command -q claude; or not test -x ~/.claude/local/claude
        # `command` cannot be passed on as an argument in fish.
        set -l attributes (_telemetry_attributes | string collect)
        test -z "$attributes"; or set -lx OTEL_RESOURCE_ATTRIBUTES $attributes
        command claude $argv
    else
        telemetry_env ~/.claude/local/claude $argv
    end
end
