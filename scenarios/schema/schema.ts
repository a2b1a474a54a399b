// The suite *schema*: typed columns, missing values, unknown attributes, versions of the client, and the queries people run.
import { type Scenario, suite } from '../../harness/scenario.ts'
import { columns } from './columns.ts'
import { queries, queriesAnswered } from './queries.ts'
import { typing } from './typing.ts'

export const schema: readonly Scenario[] = suite('schema', [...columns, ...typing, queries, queriesAnswered])
