// The health probe of the collector: a record that goes through its whole pipeline up to the queue, where `filter/probe` takes it out.

const PROBE = {
  resourceLogs: [
    { scopeLogs: [{ logRecords: [{ attributes: [{ key: 'telemetry.probe', value: { boolValue: true } }] }] }] },
  ],
}

/** Whether the pipeline takes a record now, as stack/collector/healthcheck.sh asks in containers. @throws when nothing answers */
export async function pipelineAccepts(otlpHttp: string): Promise<boolean> {
  const response = await fetch(`${otlpHttp}/v1/logs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(PROBE),
    signal: AbortSignal.timeout(2_000),
  })
  return response.ok
}
