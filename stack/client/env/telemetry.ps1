# Points the Claude Code CLI at the local telemetry stack. In $PROFILE: . <this file>
# What you have set stays. OTEL_SESSION_ID, OTEL_USER_ID, OTEL_CHAPTER, OTEL_FEATURE and OTEL_ORGANIZATION are optional; they
# and the git branch are read whenever the client starts. Other launchers: telemetry_env PROGRAM ARGUMENTS…

& {
    $defaults = [ordered]@{
        CLAUDE_CODE_ENABLE_TELEMETRY = '1'
        OTEL_METRICS_EXPORTER = 'otlp'
        OTEL_LOGS_EXPORTER = 'otlp'
        OTEL_EXPORTER_OTLP_PROTOCOL = 'grpc'
    }
    foreach ($name in $defaults.Keys) {
        if (-not (Test-Path "env:$name")) { Set-Item "env:$name" $defaults[$name] }
    }
    if (-not (Test-Path env:OTEL_EXPORTER_OTLP_ENDPOINT)) {
        $port = if ("$env:OTEL_EXPORTER_OTLP_PROTOCOL" -like 'http/*') { 4318 } else { 4317 }
        $env:OTEL_EXPORTER_OTLP_ENDPOINT = "http://127.0.0.1:$port"
    }
    if ("$env:HTTP_PROXY$env:HTTPS_PROXY$env:ALL_PROXY$env:http_proxy$env:https_proxy$env:all_proxy$env:grpc_proxy") {
        # Some programs read the one, some the other: neither may hide what only the other holds.
        $upper = if ($env:NO_PROXY) { $env:NO_PROXY } else { "$env:no_proxy" }
        $lower = if ($env:no_proxy) { $env:no_proxy } else { "$env:NO_PROXY" }
        $lists = @(@('NO_PROXY', $upper), @('no_proxy', $lower))
        # gRPC knows no *, but a list of its own.
        if ("$env:no_grpc_proxy" -or $lower -match '(^|[\s,])\*([\s,]|$)') { $lists += , @('no_grpc_proxy', "$env:no_grpc_proxy") }
        foreach ($pair in $lists) {
            # Some programs take a blank for a part of a name, and an empty entry for every host.
            $hosts = @($pair[1] -split '[\s,]+' | Where-Object { $_ })
            foreach ($name in '127.0.0.1', 'localhost') {
                if ($hosts -notcontains $name -and $hosts -notcontains '*') { $hosts += $name }
            }
            Set-Item "env:$($pair[0])" ($hosts -join ',')
        }
    }
}

# Prints the resource attributes.
function _telemetry_attributes {
    # git reports an absent repository on standard error; that must not end a session that stops at errors.
    $ErrorActionPreference = 'Continue'
    $PSNativeCommandUseErrorActionPreference = $false
    $own = "$env:OTEL_RESOURCE_ATTRIBUTES"
    $branch = ''
    $git = Get-Command git -CommandType Application -ErrorAction Ignore | Select-Object -First 1
    if ($git) {
        $branch = "$(& $git symbolic-ref --short -q HEAD 2>$null)"
        if (-not $branch) { $branch = "$(& $git rev-parse --short HEAD 2>$null)" }
    }
    $values = [ordered]@{
        'session.id' = $env:OTEL_SESSION_ID
        'user.id' = $env:OTEL_USER_ID
        'chapter.number' = $env:OTEL_CHAPTER
        'feature.id' = $env:OTEL_FEATURE
        'organization.id' = $env:OTEL_ORGANIZATION
        'git.branch' = $branch
    }
    $parts = @($own.TrimEnd(',') | Where-Object { $_ })
    $compact = ',' + ($own -replace '\s', '')
    foreach ($key in $values.Keys) {
        if ($values[$key] -and -not $compact.Contains(",$key=")) {
            $parts += "$key=" + [uri]::EscapeDataString($values[$key]).Replace('%2F', '/')
        }
    }
    $parts -join ','
}

# Runs a program with the attributes of this moment; without a program, prints them.
function telemetry_env {
    $attributes = _telemetry_attributes
    if ($args.Count -eq 0) { return $attributes }
    $program, $rest = $args
    $rest = @($rest)
    if ($args.Count -eq 1) { $rest = @() }
    $before = $env:OTEL_RESOURCE_ATTRIBUTES
    try {
        if ($attributes) { $env:OTEL_RESOURCE_ATTRIBUTES = $attributes }
        if ($MyInvocation.ExpectingInput) { $input | & $program @rest } else { & $program @rest }
    } finally {
        # The environment belongs to the whole session: put back what was there.
        if ($null -eq $before) { Remove-Item env:OTEL_RESOURCE_ATTRIBUTES -ErrorAction Ignore }
        else { $env:OTEL_RESOURCE_ATTRIBUTES = $before }
    }
}

if (Test-Path alias:claude) { Remove-Item alias:claude -Force }
function claude {
    $program = Get-Command claude -CommandType Application, ExternalScript -ErrorAction Ignore | Select-Object -First 1
    if (-not $program) { throw 'claude: the Claude Code CLI is not on PATH' }
    if ($MyInvocation.ExpectingInput) { $input | telemetry_env $program @args } else { telemetry_env $program @args }
}
