/**
 * Keys and tokens that vendors give a fixed shape, by the vendor's own documentation. Each is matched within one run
 * of token characters, never over a whole text.
 */
export const TOKEN_SHAPES: readonly RegExp[] = [
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b/g,
  /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g,
  /\bgithub_pat_[A-Za-z0-9_]{60,255}\b/g,
  /\bgl(?:pat|ptt|dt|rt|soat|cbt|imt|agent|ft|ffct|oas)-[A-Za-z0-9_.-]{20,300}/g,
  /\bxox[abeoprs]-[A-Za-z0-9-]{10,250}/g,
  /\bxapp-[0-9]-[A-Za-z0-9-]{10,250}/g,
  /\bsk-ant-[A-Za-z0-9_-]{20,200}/g,
  /\bsk-(?:proj|svcacct|admin|or-v1|lf)?-?[A-Za-z0-9_-]{20,250}/g,
  /\b(?:sk|rk|pk|whsec)_(?:live_|test_)?[A-Za-z0-9]{16,250}\b/g,
  /\b(?:whsec|(?:sk|rk)_live)_[A-Za-z0-9]{10,15}\b/g,
  /\bAIza[A-Za-z0-9_-]{35}/g,
  /\bya29\.[A-Za-z0-9_-]{20,500}/g,
  /\bGOCSPX-[A-Za-z0-9_-]{20,60}/g,
  /\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}/g,
  /\b(?:SK|AC)[0-9a-f]{32}\b/g,
  /\bkey-[0-9a-f]{32}\b/g,
  /\bnpm_[A-Za-z0-9]{36}\b/g,
  /\bpypi-AgE[A-Za-z0-9_-]{50,300}/g,
  /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,100}/g,
  /\bhf_[A-Za-z0-9]{30,60}\b/g,
  /\b[0-9]{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g,
  /\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}/g,
  /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/g,
  /\bsq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,60}/g,
  /\bdo[opr]_v1_[0-9a-f]{64}\b/g,
  /\bdapi[0-9a-f]{32}(?:-[0-9])?\b/g,
  /\blin_(?:api|oauth)_[A-Za-z0-9]{30,80}\b/g,
  /\b(?:ntn|secret)_[A-Za-z0-9]{40,60}\b/g,
  /\bhv[sbr]\.[A-Za-z0-9_-]{20,300}/g,
  /\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9_.-]{30,80}/g,
  /\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{30,80}/g,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/g,
  /\bgsk_[A-Za-z0-9]{40,80}\b/g,
  /\bxai-[A-Za-z0-9]{60,100}\b/g,
  /\bpplx-[A-Za-z0-9]{40,60}\b/g,
  /\br8_[A-Za-z0-9]{30,50}\b/g,
  /\bglsa_[A-Za-z0-9]{32}_[0-9a-f]{8}\b/g,
  /\bATATT3[A-Za-z0-9_=-]{50,300}/g,
  /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{0,2000}/g,
]

/** Whether any of them is there. */
export const IS_TOKEN = new RegExp(TOKEN_SHAPES.map(({ source }) => source).join('|'))
