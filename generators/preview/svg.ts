// A load's preview as a picture: events over time, sizes of sessions and records, costs.
import { isoTime } from '../../core/clock.ts'
import type { Survey } from './survey.ts'
import { counted, number, sum, usd } from './terminal.ts'
import { timeline } from './timeline.ts'

const WIDTH = 960
const PANEL = { width: 444, height: 190, gap: 24, head: 70 } as const
const ROW = 22
const DAY_MS = 86_400_000
const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 18px; font-weight: 600 } .name { font-size: 13px; font-weight: 600 } .dim { fill: #59636e }
  .bar { fill: #2f6feb } .line { stroke: #2f6feb; stroke-width: 3 } .dot { fill: #0b3ea8 } .axis { stroke: #d1d9e0 }
  .ground { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .dim { fill: #9198a1 } .ground { fill: #0d1117 } .axis { stroke: #3d444d }
    .bar { fill: #4c8dff } .line { stroke: #4c8dff } .dot { fill: #a5c8ff }
  }`

interface Bar {
  readonly name: string
  readonly value: number
  readonly shown: string
}

export function previewSvg(title: string, survey: Survey): string {
  const rows = timeline(survey.hours)
  const time = rows.flatMap(({ name, counts }) =>
    counts.map((value, index): Bar => {
      const at = name.length === 7 ? `${name}-${String(index + 1).padStart(2, '0')}` : `${name} ${index} h`
      return { name: at, value, shown: `${number(value)} events` }
    }),
  )
  const days = [...survey.costOfDays].sort(([a], [b]) => a - b)
  const first = days[0]?.[0] ?? 0
  const costs = Array.from({ length: (days.at(-1)?.[0] ?? first) - first + 1 }, (_, index): Bar => {
    const value = survey.costOfDays.get(first + index) ?? 0
    return { name: isoTime((first + index) * DAY_MS).slice(0, 10), value, shown: usd(value) }
  })
  const lengths = survey.eventsOfRun
    .doublings()
    .map(([from, value]): Bar => ({ name: `${from} or more`, value, shown: counted(value, 'run', 'runs') }))
  const sizes = sizesPanel(survey)
  const second = PANEL.head + PANEL.height + PANEL.gap
  const third = second + PANEL.height + PANEL.gap
  const height = third + sizes.height + PANEL.gap
  const { events, dataPoints, sessions, runs, people } = survey
  const said = `${number(events)} events, ${number(dataPoints)} data points, ${counted(sessions, 'session', 'sessions')} in ${counted(runs, 'run', 'runs')}, people: ${people}, ${usd(sum(survey.costOfModels))}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(`${title}: ${said}`)}">
<style>${STYLE}</style>
<rect class="ground" width="100%" height="100%"/>
<text class="title" x="${PANEL.gap}" y="30">${escaped(title)}</text>
<text class="dim" x="${PANEL.gap}" y="50">${escaped(said)}</text>
${bars('Events over time (UTC)', time, { x: PANEL.gap, y: PANEL.head, width: WIDTH - 2 * PANEL.gap })}
${bars('Events of a run of the client (each bar doubles)', lengths, { x: PANEL.gap, y: second, width: PANEL.width })}
${bars('Cost by day', costs, { x: PANEL.gap * 2 + PANEL.width, y: second, width: PANEL.width })}
<g transform="translate(${PANEL.gap} ${third})">${sizes.svg}</g>
</svg>
`
}

interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
}

/** Bars side by side, the first and the last named below, the highest above. */
function bars(name: string, all: readonly Bar[], { x, y, width }: Place): string {
  const most = Math.max(...all.map(({ value }) => value), 1e-9)
  const floor = PANEL.height - 24
  const step = width / Math.max(1, all.length)
  const drawn = all.map(({ name: at, value, shown }, index) => {
    const height = (value / most) * (floor - 30)
    const box = `x="${round(index * step)}" y="${round(floor - height)}" width="${round(Math.max(0.6, step * 0.82))}" height="${round(height)}"`
    return `<rect class="bar" ${box}><title>${escaped(`${at}: ${shown}`)}</title></rect>`
  })
  const highest = all.find(({ value }) => value === most)?.shown ?? 'nothing'
  return `<g transform="translate(${x} ${y})">
<text class="name" y="12">${escaped(name)}</text><text class="dim" x="${width}" y="12" text-anchor="end">highest: ${escaped(highest)}</text>
${drawn.join('')}
<line class="axis" x1="0" x2="${width}" y1="${floor}" y2="${floor}"/>
<text class="dim" y="${floor + 16}">${escaped(all[0]?.name ?? '')}</text><text class="dim" x="${width}" y="${floor + 16}" text-anchor="end">${escaped(all.at(-1)?.name ?? '')}</text>
</g>`
}

/** A line from p10 to p90 for each kind of event, a dot at p50, on a scale of doublings. */
function sizesPanel({ bytes }: Survey): { readonly svg: string; readonly height: number } {
  const kinds = [...bytes].sort(([, a], [, b]) => b.count - a.count)
  const left = 210
  const right = WIDTH - 2 * PANEL.gap - 160
  const most = Math.max(2, ...kinds.map(([, sizes]) => sizes.at(0.9)))
  const least = Math.max(1, Math.min(...kinds.map(([, sizes]) => sizes.at(0.1)), most / 2))
  const place = (value: number) =>
    round(
      left +
        ((Math.log2(Math.max(least, value)) - Math.log2(least)) / (Math.log2(most) - Math.log2(least))) *
          (right - left),
    )
  const lines = kinds.map(([name, sizes], index) => {
    const y = 34 + index * ROW
    const [low, middle, high] = [sizes.at(0.1), sizes.at(0.5), sizes.at(0.9)]
    return `<text y="${y + 4}">${escaped(name)}</text>
<line class="line" x1="${place(low)}" x2="${place(high)}" y1="${y}" y2="${y}"/><circle class="dot" cx="${place(middle)}" cy="${y}" r="4"><title>${number(low)} – ${number(middle)} – ${number(high)} bytes</title></circle>
<text class="dim" x="${WIDTH - 2 * PANEL.gap}" y="${y + 4}" text-anchor="end">${number(middle)} bytes × ${number(sizes.count)}</text>`
  })
  const head = '<text class="name" y="12">Bytes of a record as JSON: nine of ten, half, one of ten are below</text>'
  return { svg: [head, ...lines].join('\n'), height: 40 + kinds.length * ROW }
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
