// The oracle of the query catalogue: what each query of docs/queries/README.md must answer, computed from the records that were sent.
import { type Answer, budget, cacheUse, costBy, costByDay, overview } from './costs.ts'
import { errorPatterns, retries, tools } from './failures.ts'
import { activeTime, commits, completeness, editAcceptance } from './measured.ts'
import { dearestSessions, impossibleTimes, lastLine, sessionTrace, silence, slowestSessions } from './sessions.ts'

export const catalogue: Readonly<Record<string, Answer>> = {
  overview,
  'cost-by-day': costByDay,
  'cost-by-model': costBy('model', ({ model }) => model),
  'cost-by-user': costBy('user_id', ({ user }) => user),
  'cost-by-chapter': costBy('chapter_id', ({ chapter }) => chapter),
  'cost-by-feature': costBy('feature_id', ({ feature }) => feature),
  'cost-by-branch': costBy('git_branch', ({ branch }) => branch),
  'dearest-sessions': dearestSessions,
  'slowest-sessions': slowestSessions,
  'session-trace': sessionTrace,
  'error-patterns': errorPatterns,
  retries,
  tools,
  'cache-use': cacheUse,
  'edit-acceptance': editAcceptance,
  'active-time': activeTime,
  commits,
  completeness,
  silence,
  budget,
  'impossible-times': impossibleTimes,
  'last-line': lastLine,
}
