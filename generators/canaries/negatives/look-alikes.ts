// Texts that look like an e-mail address or a telephone number and are none.
import type { Draw } from '../model/draw.ts'

const two = (draw: Draw, max: number, min = 0) => String(draw.int(min, max)).padStart(2, '0')
const date = (draw: Draw) => `20${two(draw, 29, 20)}-${two(draw, 12, 1)}-${two(draw, 28, 1)}`
const time = (draw: Draw) => `${two(draw, 23)}:${two(draw, 59)}:${two(draw, 59)}`
const version = (draw: Draw) => `${draw.int(0, 30)}.${draw.int(0, 40)}.${draw.int(0, 99)}`
const scope = (draw: Draw) => draw.pick(['types', 'scope', 'babel', 'acme', 'aws-sdk', 'angular'])

export const addressLike: Readonly<Record<string, (draw: Draw) => string>> = {
  retina: (draw) => `src="/img/${draw.word()}-${draw.int(1, 99)}@${draw.int(2, 3)}x.png"`,
  'git-remote': (draw) => `git@github.com:${draw.word()}/${draw.of('lower', 6)}.git`,
  'git-remote-other': (draw) => `git clone git@gitlab.com:${draw.word()}/${draw.of('lower', 6)}`,
  matrix: (draw) => `y = x@self.weight_${draw.int(1, 99)} + a @ b.T`,
  package: (draw) => `@${scope(draw)}/${draw.word()}@${version(draw)}`,
  'package-plain': (draw) => `added ${draw.of('lower', 6)}@${version(draw)} and 3 packages`,
  'package-latest': (draw) => `npm i ${draw.of('lower', 7)}@latest ${draw.word()}@next`,
  'package-path': (draw) =>
    `node_modules/.pnpm/${draw.of('lower', 6)}@${version(draw)}/node_modules/${draw.word()}/index.js`,
  'pnpm-peer': (draw) => `/${draw.of('lower', 5)}@${version(draw)}(react@${version(draw)}):`,
  decorator: (draw) =>
    `@${draw.pick(['Injectable', 'Component', 'app.route', 'pytest.fixture', 'dataclass'])}(order=${draw.int(1, 999)})`,
  'host-without-domain': (draw) => `ssh ${draw.word()}@build-${draw.int(1, 999)} uptime`,
  localhost: (draw) => `deploy@localhost:${draw.int(1024, 65_535)}`,
  'shell-prompt': (draw) => `root@${draw.hex(12)}:/app# ls ${draw.word()}`,
  mention: (draw) => `thanks @${draw.of('lower', 7)} for #${draw.int(1, 9_999)}`,
  'java-hash': (draw) => `com.example.${draw.word()}.Order@${draw.hex(8)}`,
  'array-at': (draw) => `"\${${draw.word()}[@]}" # ${draw.int(1, 999)}`,
  css: (draw) => `@media(min-width:${draw.int(300, 1900)}px){.${draw.word()}{margin:0}}`,
  action: (draw) => `uses: actions/${draw.word()}@v${draw.int(1, 9)}.${draw.int(0, 9)}`,
  'action-sha': (draw) => `uses: actions/checkout@${draw.hex(40)}`,
  'go-module': (draw) => `go run golang.org/x/${draw.word()}@v0.${draw.int(1, 40)}.${draw.int(0, 9)}`,
  'docker-digest': (draw) => `${draw.word()}@sha256:${draw.hex(64)}`,
  systemd: (draw) => `systemctl restart ${draw.word()}@${draw.int(1, 99)}.service`,
  handlebars: (draw) => `{{@index}} of {{@root.${draw.word()}${draw.int(1, 99)}}}`,
  objc: (draw) => `@property (nonatomic) NSString *${draw.word()}${draw.int(1, 999)};`,
  regex: (draw) => `/^[\\w.+-]+@[\\w-]+\\.[\\w.]{2,${draw.int(3, 64)}}$/`,
  format: (draw) => `"%s@%s" % (user, host) # ${draw.int(1, 999)}`,
}

export const phoneLike: Readonly<Record<string, (draw: Draw) => string>> = {
  date: (draw) => `on ${date(draw)} at ${time(draw)}`,
  'date-german': (draw) => `am ${two(draw, 28, 1)}.${two(draw, 12, 1)}.20${two(draw, 29, 20)}`,
  timestamp: (draw) => `${date(draw)}T${time(draw)}.${draw.digits(3)}Z`,
  'timestamp-offset': (draw) => `${date(draw)} ${time(draw)} +0${draw.int(1, 9)}00`,
  'compact-time': (draw) => `backup-${date(draw).replaceAll('-', '')}-${time(draw).replaceAll(':', '')}.tar`,
  ip: (draw) =>
    `connect ${draw.int(11, 223)}.${draw.int(100, 255)}.${draw.int(100, 255)}.${draw.int(1, 255)}:${draw.int(1024, 65_535)}`,
  cidr: (draw) => `10.${draw.int(0, 255)}.${draw.int(0, 255)}.0/16`,
  ipv6: (draw) => `2001:db8:${draw.hex(4)}::${draw.hex(4)}`,
  'epoch-ms': (draw) => `at ${draw.int(1_600_000_000_000, 1_900_000_000_000)}`,
  'epoch-s': (draw) => `"exp": ${draw.int(1_600_000_000, 1_900_000_000)}`,
  'epoch-ns': (draw) => `timeUnixNano: "17${draw.digits(17)}"`,
  'diff-line': (draw) => `+17${draw.digits(11)}`,
  'diff-number': (draw) => `+  timeout: ${draw.number(10)},`,
  'diff-hunk': (draw) => `@@ -${draw.int(1, 999)},${draw.int(1, 99)} +${draw.int(1, 9999)},${draw.int(1, 99)} @@`,
  range: (draw) => `lines ${draw.int(100, 499)}-${draw.int(500, 999)} of ${draw.int(1000, 9999)}`,
  'range-three': (draw) => `rows ${draw.digits(3)}..${draw.digits(3)}`,
  version: (draw) => `v${draw.int(100, 999)}.${draw.int(100, 999)}.${draw.int(1, 99)}`,
  build: (draw) => `Chrome/${draw.int(100, 199)}.0.${draw.int(1000, 9999)}.${draw.int(10, 199)}`,
  coordinates: (draw) => `${draw.int(10, 60)}.${draw.digits(6)}, -${draw.int(70, 120)}.${draw.digits(6)}`,
  isbn: (draw) => `ISBN 978-${draw.int(0, 9)}-${draw.digits(2)}-${draw.digits(6)}-${draw.int(0, 9)}`,
  order: (draw) => `order ${draw.number(10)} of ${draw.int(2, 99)}`,
  'order-hyphens': (draw) => `order ORD-${draw.digits(4)}-${draw.digits(6)}`,
  float: (draw) => `loss=0.${draw.digits(10)} lr=${draw.int(1, 9)}e-0${draw.int(1, 9)}`,
  bytes: (draw) => `${draw.number(10)} bytes (${draw.int(1, 9)}.${draw.digits(2)} GB)`,
  thousands: (draw) => `${draw.int(1, 999)},${draw.digits(3)},${draw.digits(3)} rows`,
  'hex-dump': (draw) => `000000${draw.digits(2)}  ${Array.from({ length: 8 }, () => draw.digits(2)).join(' ')}`,
  'table-of-numbers': (draw) => `${draw.digits(3)} ${draw.digits(2)} ${draw.digits(2)} ${draw.digits(4)}`,
  'process-ids': (draw) => `pid ${draw.int(1000, 99_999)} tid ${draw.number(10)}`,
  arithmetic: (draw) => `x = ${draw.number(4)}+${draw.number(10)}-${draw.number(3)}`,
  issue: (draw) => `JIRA-${draw.number(4)}, PR #${draw.number(5)}, run ${draw.number(11)}`,
  svg: (draw) =>
    `<path d="M${draw.digits(3)} ${draw.digits(3)} ${draw.digits(3)}-${draw.digits(3)}l${draw.digits(2)} ${draw.digits(2)}"/>`,
  'port-list': (draw) => `ports: ${draw.int(1024, 9999)}, ${draw.int(1024, 9999)}, ${draw.int(1024, 9999)}`,
  'uuid-digits': (draw) =>
    `${draw.digits(8)}-${draw.digits(4)}-4${draw.digits(3)}-8${draw.digits(3)}-${draw.digits(12)}`,
  ratio: (draw) => `(${draw.int(100, 999)}) ${draw.int(100, 999)}/${draw.int(1000, 9999)} passed`,
}
