#!/bin/sh
# Healthy: a record goes through the collector's whole pipeline, up to the queue, where filter/probe takes it out.
exec wget --quiet --tries=1 --timeout=2 --output-document=/dev/null --header='Content-Type: application/json' \
  --post-data='{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"attributes":[{"key":"telemetry.probe","value":{"boolValue":true}}]}]}]}]}' \
  http://otel-collector:4318/v1/logs
