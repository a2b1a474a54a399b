// Sabotages of the query catalogue: each makes one number wrong in a way that was published, or looks right.
import type { Control, Edit } from './control.ts'

const query = (name: string) => `clickhouse/queries/${name}.sql`

const wrong = (id: string, sabotage: string, ...edits: readonly Edit[]): Control => ({
  id,
  sabotage,
  scenario: 'queries/known-wrong',
  oracle: 'query',
  edits,
})

const unlike = (id: string, sabotage: string, ...edits: readonly Edit[]): Control => ({
  id,
  sabotage,
  scenario: 'queries/oracle',
  oracle: 'query',
  edits,
})

export const queryControls: readonly Control[] = [
  wrong('retries-are-requests', 'counts failed attempts as requests', {
    file: query('overview'),
    from: "telemetry_scaled(e.event_type = 'api_request', e.weight) AS requests",
    to: "telemetry_scaled(e.event_type IN ('api_request', 'api_error'), e.weight) AS requests",
  }),
  wrong('totals-are-deltas', 'adds up what a cumulative counter tells again and again', {
    file: 'clickhouse/schema/010-counters.sql',
    from: 'total - lagInFrame(total) OVER series) AS increment',
    to: 'total) AS increment',
  }),
  wrong('days-of-utc', 'takes days of UTC for days of people', {
    file: query('cost-by-day'),
    from: 'toDate32(e.timestamp, {tz:String})',
    to: "toDate32(e.timestamp, 'UTC')",
  }),
  wrong('suffix-lost', 'takes two models with two prices for one', {
    file: query('cost-by-model'),
    from: 'e.model AS model',
    to: "replaceRegexpOne(e.model, '\\\\[.*\\\\]$', '') AS model",
  }),
  wrong('cached-twice', 'counts cached tokens as input once more', {
    file: query('completeness'),
    from: 'ifNull(e.tokens, 0) AS event_tokens',
    to: 'ifNull(e.tokens, 0) + ifNull(e.cache_read_tokens, 0) AS event_tokens',
  }),
  wrong('both-sources', 'adds the cost that metrics tell to the cost that events tell', {
    file: query('overview'),
    from: '    events.*,\n',
    to: "    events.cost_usd + (SELECT ifNull(sum(c.increment), 0) FROM telemetry.telemetry_counters AS c WHERE c.metric_name = 'cost.usage' AND c.chapter_id = {chapter:String}) AS cost_usd,\n    events.* EXCEPT (cost_usd),\n",
  }),
  wrong(
    'parents-too',
    'counts the tokens of a sub-agent again when it ends',
    {
      file: query('completeness'),
      from: 'ifNull(e.tokens, 0) AS event_tokens',
      to: "ifNull(e.tokens, toInt64OrZero(e.attributes['total_tokens'])) AS event_tokens",
    },
    {
      file: query('completeness'),
      from: "e.event_type = 'api_request'",
      to: "e.event_type IN ('api_request', 'subagent_completed')",
    },
  ),
  wrong('starts-are-sessions', 'counts what has a session instead of sessions', {
    file: query('overview'),
    from: 'length(groupUniqArray(e.session_id)) AS sessions',
    to: 'count(e.session_id) AS sessions',
  }),
  wrong('only-fresh-input', 'leaves what was put into the cache out of what was read', {
    file: query('cache-use'),
    from: '+ cache_read_tokens + cache_creation_tokens), 1)',
    to: '+ cache_read_tokens), 1)',
  }),
  unlike('no-upper-bound', 'leaves out the end of the window', {
    file: query('tools'),
    from: /\n {2}AND e\.timestamp < .*\n/,
    to: '\n',
  }),
  unlike('other-row-kept', 'counts calls that say nothing as successes', {
    file: query('tools'),
    from: 'sumIf(e.weight, e.success = true) / sumIf(e.weight, e.success IS NOT NULL)',
    to: 'sumIf(e.weight, e.success IS NULL OR e.success) / sum(e.weight)',
  }),
  unlike('trace-out-of-order', 'orders a trace by its numbers and not by time', {
    file: query('session-trace'),
    from: /ORDER BY e\.timestamp, e\.sequence NULLS LAST, e\.event_id\n$/,
    to: 'ORDER BY e.sequence NULLS LAST, e.timestamp, e.event_id\n',
  }),
  unlike('whole-branch-only', 'gives the cost of one branch to all', {
    file: query('commits'),
    from: 'SELECT e.git_branch, 0., 0.',
    to: "SELECT 'main', 0., 0.",
  }),
  unlike('copies-counted', 'counts a record as often as it was delivered', {
    file: 'clickhouse/schema/007-queries.sql',
    from: 'FROM telemetry.log_records FINAL WHERE sent_time != ',
    to: 'FROM telemetry.log_records WHERE sent_time != ',
  }),
  {
    ...unlike('ties-left-open', 'leaves it to ClickHouse which of two equal sessions comes first', {
      file: query('slowest-sessions'),
      from: 'ORDER BY seconds DESC, session_id',
      to: 'ORDER BY seconds DESC',
    }),
    scenario: 'queries/engine',
  },
  unlike('sampled-as-all', 'takes what is stored of sampled sessions for all of it', {
    file: 'clickhouse/schema/002-functions.sql',
    from: 'sum(number * weight)',
    to: 'sum(number)',
  }),
  {
    id: 'others-are-clients',
    sabotage: 'counts what another program sent as the client’s, where it names a service of its own',
    scenario: 'ingest/other-programs',
    oracle: 'schema',
    edits: [
      {
        file: 'clickhouse/schema/004-log-records.sql',
        from: "scope_name = '' AND resource_attributes['service.name'] IN ('claude-code', '')) COMMENT",
        to: "scope_name = '') COMMENT",
      },
    ],
  },
]
