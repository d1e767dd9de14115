// The forms by which a secret in the clear is known: what providers give out, private keys, passwords inside URLs and
// connection strings. A form is a place where something begins and what must follow; what has no form of its own (a
// password that is a word, a random text) is not known here, and the page of VX2021 says so.

/** A secret that stands in a text. Offsets are those of UTF-16 units; `end` is exclusive. */
export interface SecretForm {
  readonly offset: number;
  readonly end: number;
  /** What it looks like, in words. */
  readonly kind: string;
}

/** Tokens that begin with letters of their own: the pattern of the beginning, of the rest, and what it is. */
type TokenForm = readonly [begins: string, rest: string, kind: string];

const tokens: readonly TokenForm[] = [
  ["gh[opusr]_", "[A-Za-z0-9]{30,}", "a GitHub token"],
  ["github_pat_", "[A-Za-z0-9_]{22,}", "a GitHub token"],
  ["gl(?:pat|dt|rt|soat|ptt|ft|imt|agent)-", "[A-Za-z0-9_-]{20,}", "a GitLab token"],
  ["AKIA|ASIA", "[A-Z0-9]{16}", "an AWS access key"],
  ["AIza", "[A-Za-z0-9_-]{35}", "a Google API key"],
  ["GOCSPX-", "[A-Za-z0-9_-]{20,}", "a Google client secret"],
  ["ya29\\.", "[A-Za-z0-9_-]{20,}", "a Google access token"],
  ["[sr]k_(?:live|test)_", "[A-Za-z0-9]{16,}", "a Stripe key"],
  ["whsec_", "[A-Za-z0-9+/=]{24,}", "a webhook's signing secret"],
  ["sk-ant-", "[A-Za-z0-9_-]{20,}", "an Anthropic API key"],
  ["sk-(?:proj-|svcacct-|admin-)?", "(?=[A-Za-z_-]{0,200}[0-9])[A-Za-z0-9_-]{32,}", "an OpenAI API key"],
  ["xox[a-z]-|xapp-", "[A-Za-z0-9-]{10,}", "a Slack token"],
  ["hooks\\.slack\\.com/(?:services|workflows|triggers)/", "[A-Za-z0-9/_-]{20,}", "a Slack webhook"],
  ["discord(?:app)?\\.com/api/webhooks/", "[0-9]+/[A-Za-z0-9_-]{30,}", "a Discord webhook"],
  ["npm_", "[A-Za-z0-9]{36}", "an npm token"],
  ["pypi-", "[A-Za-z0-9_-]{50,}", "a PyPI token"],
  ["rubygems_", "[0-9a-f]{40,}", "a RubyGems token"],
  ["dckr_(?:pat|oat)_", "[A-Za-z0-9_-]{20,}", "a Docker token"],
  ["SG\\.", "[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{30,}", "a SendGrid API key"],
  ["key-", "[0-9a-f]{32}(?![0-9A-Za-z])", "a Mailgun API key"],
  ["SK", "[0-9a-f]{32}(?![0-9A-Za-z])", "a Twilio API key"],
  ["shp(?:at|ca|pa|ss)_", "[0-9A-Fa-f]{32}", "a Shopify token"],
  ["sq0(?:atp|csp|idp)-", "[A-Za-z0-9_-]{22,}", "a Square token"],
  ["lin_(?:api|oauth)_", "[A-Za-z0-9]{32,}", "a Linear API key"],
  ["ops_", "eyJ[A-Za-z0-9_-]{100,}", "a 1Password token"],
  ["hv[sbr]\\.", "[A-Za-z0-9_-]{24,}", "a Vault token"],
  ["dop_v1_|doo_v1_|dor_v1_", "[0-9a-f]{64}", "a DigitalOcean token"],
  ["dapi", "[0-9a-f]{32}(?![0-9A-Za-z])", "a Databricks token"],
  ["dp\\.(?:pt|st|ct|sa|scim|audit)\\.", "[A-Za-z0-9._-]{30,}", "a Doppler token"],
  ["NRAK-|NRJS-|NRII-", "[A-Za-z0-9_-]{19,}", "a New Relic key"],
  ["gls?[ac]_", "[A-Za-z0-9+/=_-]{32,}", "a Grafana token"],
  ["sntry[su]_", "[A-Za-z0-9+/=_-]{40,}", "a Sentry token"],
  ["AGE-SECRET-KEY-1", "[0-9A-Z]{50,}", "an age key"],
  ["hf_", "[A-Za-z0-9]{34,}", "a Hugging Face token"],
  ["ATATT3|ATCTT3|ATBB", "[A-Za-z0-9+/=_-]{24,}", "an Atlassian token"],
  ["pscale_(?:tkn|pw|oauth)_", "[A-Za-z0-9._-]{30,}", "a PlanetScale credential"],
  ["sbp_|sb_secret_", "[A-Za-z0-9_-]{22,}", "a Supabase key"],
  ["PMAK-", "[0-9a-f]{24}-[0-9a-f]{34}", "a Postman API key"],
  ["HRKU-", "[A-Za-z0-9_-]{36,}", "a Heroku API key"],
  ["fo1_|fm2_", "[A-Za-z0-9+/=_-]{40,}", "a Fly.io token"],
  ["tskey-", "[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]{20,}", "a Tailscale key"],
  ["eyJ[A-Za-z0-9_-]{8,2000}\\.eyJ", "[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{16,}", "a JSON Web Token"],
];

/** As `tokens`, of those that begin like any word: they are looked for where a text has the letters behind it. */
const tokensBehindWords: readonly (readonly [letters: string, ...form: TokenForm])[] = [
  [".webhook.office.com/", "[a-z0-9-]{1,64}\\.webhook\\.office\\.com/", "[A-Za-z0-9/@_-]{40,}", "a Teams webhook"],
  [".atlasv1.", "[A-Za-z0-9]{14}\\.atlasv1\\.", "[A-Za-z0-9_-]{60,}", "a Terraform token"],
  [":AA", "[0-9]{8,10}:AA", "[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])", "a Telegram token"],
  ["-us", "[0-9a-f]{32}-us", "[0-9]{1,2}(?![0-9A-Za-z])", "a Mailchimp API key"],
];

/** Some forms of tokens. One pass over a text finds where one of them begins; the rest is asked for there. */
class TokenSearch {
  readonly #begins: RegExp;
  readonly #forms: readonly { readonly form: RegExp; readonly kind: string }[];

  constructor(forms: readonly TokenForm[]) {
    this.#begins = new RegExp(`(?<![A-Za-z0-9_])(?:${forms.map(([begins]) => begins).join("|")})`, "g");
    this.#forms = forms.map(([begins, rest, kind]) => ({ form: new RegExp(`(?:${begins})(?:${rest})`, "y"), kind }));
  }

  find(text: string): readonly SecretForm[] {
    const found: SecretForm[] = [];
    let end = 0;
    for (const { index } of text.matchAll(this.#begins)) {
      if (index < end) continue;
      for (const { form, kind } of this.#forms) {
        form.lastIndex = index;
        if (!form.test(text)) continue;
        end = form.lastIndex;
        found.push({ offset: index, end, kind });
        break;
      }
    }
    return found;
  }
}

const tokenSearch = new TokenSearch(tokens);
const searchesBehindWords = tokensBehindWords.map(([letters, ...form]) => ({ letters, search: new TokenSearch([form]) }));

/**
 * Forms with a secret part, which the group `secret` holds: a form counts when that part is no stand-in. A text without
 * `letters` holds none; most texts have none of them, and need not be searched.
 */
const parts: readonly { readonly letters: string; readonly form: RegExp; readonly kind: string }[] = [
  {
    letters: "://",
    // A password may hold a slash that nobody escaped; digits and then a slash are a port.
    form: /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,30}:\/\/[^\s/?#@:"'<>[]{0,256}:(?![0-9]{1,5}[/?#])(?<secret>[^\s@"'<>]{1,512})@(?=[A-Za-z0-9[_$%{.-])/g,
    kind: "a URL with a password in it",
  },
  {
    letters: "@",
    form: /[^\s:@/"']{1,64}:(?<secret>[^\s@"']{1,256})@(?:tcp|unix|udp)\(/g,
    kind: "a connection string with a password in it",
  },
  {
    letters: "=",
    form: /(?:^|[\s;?&,"'])(?:password|passwd|pwd|sasl\.password|accountkey|sharedaccesskey|sharedsecretvalue|accesskey|client_?secret)=["']?(?<secret>[^\s;&,"']{3,512})/gi,
    kind: "a connection string with a password in it",
  },
  { letters: "=", form: /(?:[?&;]|^)(?:sig|X-Amz-Signature)=(?<secret>[A-Za-z0-9%+/=]{40,})/g, kind: "a signed URL" },
  { letters: "_", form: /_(?:authToken|auth|password)\s*[=:]\s*["']?(?<secret>[A-Za-z0-9+/=_-]{16,})/g, kind: "a registry's credential" },
  {
    letters: "",
    form: /(?:aws|amz)_?(?:secret|session)_?(?:access)?_?(?:key|token)["']?\s*[:=]\s*["']?(?<secret>[A-Za-z0-9+/=]{40,})/gi,
    kind: "an AWS credential",
  },
  { letters: "Bearer", form: /\bBearer\s+(?<secret>[A-Za-z0-9._~+/=-]{20,})/g, kind: "an authorization header" },
  { letters: "Basic", form: /\bBasic\s+(?<secret>[A-Za-z0-9+/]{8,}={0,2})(?![A-Za-z0-9+/=])/g, kind: "an authorization header" },
  {
    letters: "-----BEGIN ",
    // A body of base64 up to the next dashes; `...` between the lines shows how, and is none.
    form: /-----BEGIN (?:[A-Z0-9]{1,16} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?=(?:-?[^-]){0,300}?[A-Za-z0-9+/]{16})(?<secret>(?:-?[^-]){16,16384})/g,
    kind: "a private key",
  },
  { letters: "PuTTY", form: /\bPuTTY-User-Key-File-[23]:(?<secret>.{4,})/g, kind: "a private key" },
];

/** What stands in the place of a secret and is none: a variable, a template, stars, a word in angle brackets. */
const STAND_IN = /^(?:\$[({A-Za-z_]|\{\{|<|%[A-Za-z({%]|\[|\*+$|[xX]{3,}$|\.{3}|…)/;

/** Words that examples have where a password goes. They count as one in a value, and not in a comment. */
const EXAMPLE = /^(?:pass(?:word|wd)?|pwd|secret|token|user(?:name)?|changeme|your[\w-]*|my[\w-]*|example|guest)$/i;

/**
 * Every secret in `text` that has a form of its own, in the order in which they stand; where two forms know one place,
 * the first. Runs in time linear in the text. `isComment` tells whether an offset lies in a comment.
 */
export function findSecretForms(text: string, isComment: (offset: number) => boolean = () => false): readonly SecretForm[] {
  const found = [...findTokens(text), ...findParts(text, isComment)].sort((one, other) => one.offset - other.offset);
  let end = 0;
  return found.filter((form) => {
    if (form.offset < end) return false;
    end = form.end;
    return true;
  });
}

function findTokens(text: string): readonly SecretForm[] {
  const behindWords = searchesBehindWords.flatMap(({ letters, search }) => (text.includes(letters) ? search.find(text) : []));
  return [...tokenSearch.find(text), ...behindWords];
}

function findParts(text: string, isComment: (offset: number) => boolean): readonly SecretForm[] {
  return parts.flatMap(({ letters, form, kind }) => {
    if (!text.includes(letters)) return [];
    return [...text.matchAll(form)].flatMap((match) => {
      const { secret = "" } = match.groups ?? {};
      const isWord = EXAMPLE.test(secret) && isComment(match.index);
      if (STAND_IN.test(secret) || isWord || (kind === "an authorization header" && !isCredential(match[0], secret))) return [];
      const before = match[0].length - match[0].replace(/^[\s;?&,"']+/, "").length;
      return [{ offset: match.index + before, end: match.index + match[0].length, kind }];
    });
  });
}

/** Prose speaks of "Bearer authentication" too: a credential has digits, and a basic one decodes to `user:password`. */
function isCredential(header: string, secret: string): boolean {
  if (header.startsWith("Basic")) return /^[\x20-\x7e]+:[\x20-\x7e]+$/.test(Buffer.from(secret, "base64").toString("latin1"));
  return /[0-9]/.test(secret) && /[A-Za-z]/.test(secret);
}
