-- Functions that the views below share. The masks themselves are compiled from the policy: 002-policy.sql.

-- The value of a key, NULL when the key is missing (a missing key is not an empty one; the collector leaves out a key without a value).
CREATE OR REPLACE FUNCTION telemetry_text AS (attributes, name) ->
    if(mapContains(attributes, name), attributes[name], NULL);

-- The record's value of a key, else the resource's.
CREATE OR REPLACE FUNCTION telemetry_either AS (first, second, name) ->
    multiIf(mapContains(first, name), first[name], mapContains(second, name), second[name], NULL);

-- Numbers arrive as numbers or as text, by version of the client; a fraction is rounded, half to even. Anything else becomes NULL and
-- fails no insert.
CREATE OR REPLACE FUNCTION telemetry_int AS (text) ->
    coalesce(toInt64OrNull(text), accurateCastOrNull(round(toFloat64OrNull(trimBoth(text))), 'Int64'));

-- Infinity and "NaN" are texts that ClickHouse takes for numbers; in a sum one of them would spoil all others.
CREATE OR REPLACE FUNCTION telemetry_float AS (text) ->
    if(isFinite(toFloat64OrNull(text)), toFloat64OrNull(text), NULL);

CREATE OR REPLACE FUNCTION telemetry_bool AS (text) ->
    multiIf(lower(text) = 'true', true, lower(text) = 'false', false, NULL);

-- The rate of a sampled record; 100 where none is noted.
CREATE OR REPLACE FUNCTION telemetry_percentage AS (text) ->
    if(toFloat64OrZero(text) > 0 AND toFloat64OrZero(text) < 100, toFloat64OrZero(text), 100);

-- Sums and counts of sampled events, each for as many as it stands for: whole numbers, exact while nothing is sampled.
CREATE OR REPLACE FUNCTION telemetry_scaled AS (number, weight) ->
    if(max(weight) = 1, toInt64(ifNull(sum(number), 0)), toInt64(round(ifNull(sum(number * weight), 0))));

-- One normal form of broken text: whatever is no UTF-8, and what other programs put in its place, is one U+FFFD, however long it is.
-- The same text sent as bytes and again by a program that had to replace them is then one text.
CREATE OR REPLACE FUNCTION telemetry_valid AS (text) ->
    if(isValidUTF8(text) AND position(text, '\xEF\xBF\xBD') = 0, toString(text),
       replaceRegexpAll(toValidUTF8(toString(text)), '(?:\xEF\xBF\xBD)+', '\xEF\xBF\xBD'));

-- Which texts of a record the masks are for. `names` has the attribute's name where a text is the value of one, else nothing.
CREATE OR REPLACE FUNCTION telemetry_masked AS (names, texts) ->
    arrayMap((name, text) -> NOT telemetry_identifies(name) AND NOT telemetry_told(name) AND telemetry_may_match(text), names, texts);

-- The texts of a record as they are kept: those that are masked, and the others, each put back in its place. One call a record: what a
-- function does is written into a view at each of its uses, and the masks are long.
CREATE OR REPLACE FUNCTION telemetry_mask_all AS (masked, names, texts) ->
    arraySort((text, place) -> place,
        arrayConcat(
            telemetry_mask(arrayMap(text -> telemetry_valid(text), arrayFilter((text, one) -> one, texts, masked))),
            arrayMap((name, text) -> multiIf(
                telemetry_identifies(name), telemetry_identity(name, telemetry_valid(text)),
                telemetry_told(name), telemetry_told_value(telemetry_valid(text)),
                telemetry_valid(text)),
                arrayFilter((name, one) -> NOT one, names, masked), arrayFilter((text, one) -> NOT one, texts, masked))),
        arrayConcat(
            arrayFilter((place, one) -> one, arrayEnumerate(masked), masked),
            arrayFilter((place, one) -> NOT one, arrayEnumerate(masked), masked)));

-- The names that belong to the texts of a map, keys first; and the map of such texts, from a place on.
CREATE OR REPLACE FUNCTION telemetry_names AS (attributes) ->
    arrayConcat(arrayWithConstant(length(attributes), ''), mapKeys(attributes));

CREATE OR REPLACE FUNCTION telemetry_texts AS (attributes) ->
    arrayConcat(mapKeys(attributes), mapValues(attributes));

CREATE OR REPLACE FUNCTION telemetry_map AS (texts, first, size) ->
    CAST((arraySlice(texts, first, size), arraySlice(texts, first + size, size)), 'Map(LowCardinality(String), String)');

CREATE OR REPLACE FUNCTION telemetry_values AS (attributes) ->
    arrayStringConcat(mapValues(attributes), '\n');

-- Whether a query sees rows of a sample: of the one that its setting log_comment names, as in dataset:week; else of none. Views read the setting
-- of who asks, not of their definer. A setting of a name of its own would be better: not every build of ClickHouse takes one.
CREATE OR REPLACE FUNCTION telemetry_shown AS (dataset) -> dataset = extract(getSetting('log_comment'), '^dataset:(.*)$');

CREATE OR REPLACE FUNCTION telemetry_nothing AS () -> CAST(map(), 'Map(LowCardinality(String), String)');

-- What the last line had to do to a record, for the audit: texts as they came, and as they are kept, one place each. Mending broken text is
-- no matter of policy.
CREATE OR REPLACE FUNCTION telemetry_unhashed AS (names, raw, kept) ->
    arrayExists((name, before, after) -> before != after AND telemetry_identifies(name) AND telemetry_valid(before) != after, names, raw, kept);

CREATE OR REPLACE FUNCTION telemetry_unmasked AS (names, raw, kept) ->
    arrayExists((name, before, after) -> before != after AND NOT telemetry_identifies(name) AND telemetry_valid(before) != after, names, raw, kept);

CREATE OR REPLACE FUNCTION telemetry_rules AS (excluded, unhashed, unmasked) ->
    arrayFilter(rule -> rule != '', [if(excluded, 'path', ''), if(unhashed, 'identity', ''), if(unmasked, 'pattern', '')]);

-- What may hold a private text, whatever the policy of the day is (stack/policy/identity.ts has the same).
CREATE OR REPLACE FUNCTION telemetry_suspect AS (text) ->
    match(text, '(?i)@|token|secret|passw|authorization|api[_-]?key|bearer|sk-|gh[pousr]_|github_pat_|glpat-|xox[a-z]-|akia|aiza|eyj|\\+\\d|\\(\\d{3}\\)|\\d{3}[-.]\\d{3}[-.]\\d{4}');

-- A value that no pattern rewrites, if all of a record's are so (stack/policy/identity.ts has the same form and the same names).
CREATE OR REPLACE FUNCTION telemetry_plain AS (text) ->
    match(text, '^[A-Za-z0-9_.:-]*(?:\\[[0-9]+[a-z]\\])?$') AND NOT telemetry_suspect(text);

CREATE OR REPLACE FUNCTION telemetry_if_plain AS (items) -> if(arrayAll(item -> telemetry_plain(item.2), items), items, []);

-- The client's names and numbers, sorted: they tell events apart, and are the same under every policy. Empty where one is not plain.
CREATE OR REPLACE FUNCTION telemetry_plain_names AS (attributes) ->
    toString(arraySort(telemetry_if_plain(arrayFilter(item -> item.1 IN (
        'model', 'speed', 'effort', 'query_source', 'tool_name', 'decision', 'source', 'decision_type', 'decision_source',
        'success', 'error_type', 'status_code', 'attempt', 'total_attempts', 'total_retry_duration_ms', 'input_tokens',
        'output_tokens', 'cache_read_tokens', 'cache_creation_tokens', 'cost_usd', 'cost_usd_micros', 'duration_ms', 'ttft_ms',
        'total_duration_ms', 'prompt_length', 'response_length', 'tool_input_size_bytes', 'tool_result_size_bytes', 'command_name',
        'command_source', 'from_mode', 'to_mode', 'trigger', 'action', 'auth_method', 'status', 'transport_type', 'server_scope',
        'mcp_server_scope', 'hook_event', 'hook_name', 'hook_source', 'num_hooks', 'num_success', 'num_blocking', 'pre_tokens',
        'post_tokens', 'agent_type', 'total_tokens', 'total_tool_uses'),
        arrayZip(mapKeys(attributes), mapValues(attributes))))));

-- All of a map but `user.*`, which one policy hashes and another leaves.
CREATE OR REPLACE FUNCTION telemetry_everything AS (attributes) ->
    toString(arraySort(arrayFilter(item -> item.1 NOT LIKE 'user.%', arrayZip(mapKeys(attributes), mapValues(attributes)))));

INSERT INTO telemetry.schema_version (version, name) VALUES (2, 'functions');
