// Identifiers and numbers that are looked up in telemetry and hold nothing private: hashes, ids, counts, versions, images.
import type { Draw } from '../model/draw.ts'
import { alphabets } from '../model/draw.ts'

const base58 = alphabets.alnum.replace(/[0OIl]/g, '')
const png = 'iVBORw0KGgoAAAANSUhEUgAA'

export const idMakers: Readonly<Record<string, (draw: Draw) => string>> = {
  sha1: (draw) => `commit ${draw.hex(40)}`,
  'sha-short': (draw) => `${draw.hex(7)} fix the ${draw.word()}`,
  'sha256-digest': (draw) => `FROM node@sha256:${draw.hex(64)}`,
  'sha256-sum': (draw) => `${draw.hex(64)}  dist/${draw.word()}.tgz`,
  md5: (draw) => `etag: "${draw.hex(32)}"`,
  'git-range': (draw) => `index ${draw.hex(7)}..${draw.hex(7)} 100644`,
  integrity: (draw) => `"integrity": "sha512-${draw.base64(64)}"`,
  'go-sum': (draw) => `golang.org/x/${draw.word()} v0.${draw.int(1, 40)}.0 h1:${draw.base64(32)}`,
  uuid: (draw) => `session ${draw.uuid()}`,
  'uuid-json': (draw) => `{"prompt_id":"${draw.uuid()}","n":${draw.int(1, 9)}}`,
  'uuid-path': (draw) => `/v1/${draw.word()}/${draw.uuid()}/items`,
  ulid: (draw) => `id=01${draw.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 24)}`,
  'request-id': (draw) => `request_id: req_011C${draw.from(base58, 20)}`,
  'tool-use-id': (draw) => `"tool_use_id": "toolu_01${draw.from(base58, 22)}"`,
  'message-id': (draw) => `"id":"msg_01${draw.from(base58, 22)}","type":"message"`,
  'trace-id': (draw) => `traceparent: 00-${draw.hex(32)}-${draw.hex(16)}-01`,
  model: (draw) =>
    `model: claude-${draw.pick(['opus', 'sonnet', 'haiku'])}-4-${draw.int(1, 6)}-2025${draw.pick(['1101', '0929', '1001', '0514'])} (try ${draw.int(1, 99)})`,
  'token-count': (draw) => `"input_tokens": ${draw.int(1, 99_999)}, "output_tokens": ${draw.int(1, 9_999)}`,
  'token-count-cache': (draw) =>
    `cache_read_input_tokens=${draw.int(1, 999_999)} cache_creation_tokens=${draw.int(0, 99_999)}`,
  'max-tokens': (draw) => `max_tokens: ${draw.int(1, 64_000)}`,
  'max-tokens-code': (draw) => `client.messages.create({ model, max_tokens: ${draw.int(1, 64_000)} })`,
  'token-limit': (draw) => `tokens: ${draw.int(1, 9_999)} of ${draw.int(10_000, 200_000)}`,
  'total-tokens': (draw) => `totalTokens=${draw.int(1, 99_999)}; tokenBudget=${draw.int(1, 99_999)}`,
  version: (draw) => `"${draw.word()}": "^${draw.int(0, 30)}.${draw.int(0, 40)}.${draw.int(0, 99)}"`,
  'version-range': (draw) => `requires node >=${draw.int(14, 26)}.${draw.int(0, 20)}.0 <${draw.int(27, 40)}`,
  image: (draw) => `![](data:image/png;base64,${png}${draw.base64(draw.int(60, 200))})`,
  'source-map': (draw) =>
    `"mappings": "AAAA,SAAS,${draw.from('ABCDEGIKMOQS', 4)};${draw.from('ABCDEGIKMOQS', 4)},${draw.from('ABCDEGIKMOQS', 5)}"`,
  'public-key': (draw) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${draw.of('base64', 43)}`,
  certificate: (draw) =>
    `-----BEGIN CERTIFICATE-----\n${draw.of('base64', 64)}\n${draw.of('base64', 64)}\n-----END CERTIFICATE-----`,
  arn: (draw) => `arn:aws:iam::${draw.number(12)}:role/${draw.word()}`,
  bundle: (draw) => `dist/assets/index-${draw.of('base64url', 8)}.js  ${draw.int(1, 900)}.${draw.digits(2)} kB`,
  container: (draw) => `${draw.hex(12)}   ${draw.word()}:latest   Up ${draw.int(2, 59)} minutes`,
  'css-class': (draw) => `<div class="sk-fading-circle-${draw.int(1, 12)} css-${draw.of('base36', 6)}">`,
  identifier: (draw) => `const ghp_${draw.word()}_count = hf_${draw.word()}_${draw.int(1, 99)}`,
  'long-name': (draw) => `task-${draw.word()}-runner-configuration-${draw.int(1, 999)}-of-the-desk-sk-${draw.word()}`,
  colour: (draw) => `--accent: #${draw.hex(6)}; --shade: #${draw.hex(8)};`,
  mac: (draw) => `ether ${Array.from({ length: 6 }, () => draw.hex(2)).join(':')}`,
}
