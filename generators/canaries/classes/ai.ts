// Keys of model providers.
import type { CanaryClass } from '../model/canary.ts'
import { namedValue, token } from './define.ts'

export const aiClasses: readonly CanaryClass[] = [
  token('anthropic/api-key', (draw) => `sk-ant-api03-${draw.of('base64url', 93)}AA`),
  token('anthropic/admin-key', (draw) => `sk-ant-admin01-${draw.of('base64url', 93)}AA`),
  token('anthropic/oauth', (draw) => `sk-ant-oat01-${draw.of('base64url', 93)}AA`),
  token('anthropic/refresh', (draw) => `sk-ant-ort01-${draw.of('base64url', 93)}AA`),
  token('openai/legacy', (draw) => `sk-${draw.alnum(20)}T3BlbkFJ${draw.alnum(20)}`),
  token('openai/project', (draw) => `sk-proj-${draw.of('base64url', 74)}T3BlbkFJ${draw.of('base64url', 74)}`),
  token(
    'openai/service-account',
    (draw) => `sk-svcacct-${draw.of('base64url', 74)}T3BlbkFJ${draw.of('base64url', 74)}`,
  ),
  token('openai/admin', (draw) => `sk-admin-${draw.of('base64url', 58)}T3BlbkFJ${draw.of('base64url', 58)}`),
  token('huggingface/user', (draw) => `hf_${draw.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', 34)}`),
  token('replicate/api-token', (draw) => `r8_${draw.alnum(37)}`),
  token('groq/api-key', (draw) => `gsk_${draw.alnum(52)}`),
  token('perplexity/api-key', (draw) => `pplx-${draw.alnum(48)}`),
  token('xai/api-key', (draw) => `xai-${draw.alnum(80)}`),
  namedValue('cohere/by-name', ['COHERE_API_KEY', 'CO_API_KEY', 'cohere_api_key'], (draw) => draw.alnum(40)),
  namedValue('mistral/by-name', ['MISTRAL_API_KEY', 'mistral_api_key'], (draw) => draw.alnum(32)),
  namedValue('deepseek/by-name', ['DEEPSEEK_API_KEY', 'deepseekApiKey'], (draw) => `sk-${draw.hex(32)}`),
  token('openrouter/api-key', (draw) => `sk-or-v1-${draw.hex(64)}`),
  token('pinecone/api-key', (draw) => `pcsk_${draw.alnum(6)}_${draw.alnum(63)}`),
  token('langsmith/personal', (draw) => `lsv2_pt_${draw.hex(32)}_${draw.hex(10)}`),
  token('nvidia/api-key', (draw) => `nvapi-${draw.of('base64url', 64)}`),
]
