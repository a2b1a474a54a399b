// Command lines that carry a password or a token: the command and its other arguments must stay.
import type { CanaryClass } from '../model/canary.ts'
import type { Draw } from '../model/draw.ts'
import { named } from './define.ts'
import { markedPassword, piecesWith, plainPassword } from './passwords.ts'

/** `before` + secret + `after`; both must stay, less the blanks and quotes at the secret. */
function command(
  id: string,
  before: string | ((draw: Draw) => string),
  after = '',
  make: (draw: Draw) => string = plainPassword,
): CanaryClass {
  return named(id, 'line', (draw) => {
    const start = typeof before === 'string' ? before : before(draw)
    const secret = make(draw)
    const keep = [start.split(/["'=]|\s\S*$/)[0]?.trim() ?? '', after.replace(/^["']/, '').trim()]
    return { text: `${start}${secret}${after}`, secret, keep: keep.filter((part) => part !== '') }
  })
}

const flag = (draw: Draw) =>
  draw.pick(['--token', '--password', '--api-key', '--secret', '--access-token', '--auth-token', '--client-secret'])

export const commandClasses: readonly CanaryClass[] = [
  command('cli/flag-blank', (draw) => `deployctl push ${flag(draw)} `, ' --region eu-west-1'),
  command('cli/flag-equals', (draw) => `deployctl push ${flag(draw)}=`, ' --region eu-west-1'),
  command('cli/flag-quoted', (draw) => `deployctl push ${flag(draw)} "`, '" --region eu-west-1', markedPassword),
  command('cli/flag-single-quoted', (draw) => `deployctl push ${flag(draw)}='`, "' --region eu-west-1", markedPassword),
  command('cli/short-p', 'deployctl login --user ci -p ', ' --verbose'),
  command('cli/mysql', 'mysql -h db.example.com -u app_user -p', ' orders'),
  command('cli/mysqldump', 'mysqldump -u root -p', ' --all-databases'),
  command('cli/curl-user', 'curl -sS -u reader:', ' https://api.example.com/v1'),
  command('cli/curl-user-long', 'curl --user "reader:', '" https://api.example.com/v1', markedPassword),
  command('cli/curl-header', 'curl -H "Authorization: Bearer ', '" https://api.example.com/v1', (draw) =>
    draw.alnum(40),
  ),
  command('cli/curl-header-key', "curl -H 'X-Api-Key: ", "' https://api.example.com/v1", (draw) => draw.alnum(32)),
  command('cli/curl-data', 'curl -d grant_type=password -d password=', ' https://auth.example.com/token'),
  command('cli/wget', 'wget --user=reader --password=', ' https://files.example.com/a.tgz'),
  command('cli/docker-login', 'docker login -u robot -p ', ' registry.example.com'),
  command('cli/docker-login-long', 'docker login --username robot --password ', ' registry.example.com'),
  command('cli/docker-env', 'docker run --rm -e POSTGRES_PASSWORD=', ' postgres:17'),
  command('cli/sshpass', 'sshpass -p ', ' ssh deploy@10.0.0.5'),
  command('cli/redis', 'redis-cli -h cache.example.com -a ', ' ping'),
  command('cli/env-before', 'PGPASSWORD=', ' psql -h db.example.com -U app_user orders'),
  command('cli/export', 'export MYAPP_SECRET_KEY=', ' && make deploy'),
  command('cli/helm-set', 'helm upgrade app ./chart --set db.password=', ' --wait'),
  command('cli/kubectl', 'kubectl create secret generic app --from-literal=password=', ' -n prod'),
  command('cli/git-header', 'git -c http.extraheader="AUTHORIZATION: bearer ', '" fetch origin', (draw) =>
    draw.alnum(40),
  ),
  command('cli/npm-config', 'npm config set //registry.example.com/:_authToken=', '', (draw) => draw.uuid()),
  command('cli/aws-configure', 'aws configure set aws_secret_access_key ', ' --profile ci', (draw) =>
    draw.of('base64', 40),
  ),
  command('cli/openssl', 'openssl enc -d -aes-256-cbc -in a.enc -pass pass:', ' -out a.txt'),
  command('cli/ansible', 'ansible-playbook site.yml -e "ansible_password=', ' env=prod"'),
  command('cli/echo-pipe', 'echo "password: ', '" | tee notes.txt'),
  command('cli/powershell', '$env:DEPLOY_TOKEN = "', '"; ./deploy.ps1'),
  command('cli/chpasswd', "echo 'deploy:", "' | chpasswd"),
  named('cli/argv', 'line', (draw) => {
    const secret = plainPassword(draw)
    return {
      text: `["deployctl","push","${flag(draw)}","${secret}","--region","eu-west-1"]`,
      secret,
      keep: ['deployctl', 'eu-west-1'],
    }
  }),
  named('cli/argv-python', 'line', (draw) => {
    const secret = plainPassword(draw)
    return {
      text: `['docker', 'login', '-u', 'robot', '--password', '${secret}', 'registry']`,
      secret,
      keep: ['login', 'registry'],
    }
  }),
  named('cli/quoted-blanks', 'line', (draw) => {
    const { text, pieces } = piecesWith(draw, [' ', ','])
    return { text: `deployctl push --password "${text}" --dry-run`, secret: text, also: pieces, keep: ['--dry-run'] }
  }),
]
