/** What an account is called in fields, whatever stands in them. A pattern of words. */
export const ACCOUNT_NAME =
  'user[ _-]?(?:name|id|login)|usr|login[ _-]?(?:name|id)|logon(?:[ _-]?name)?|inlog|account[ _-]?name|sam ?account ?name|screen[ _-]?name|(?:benutzer|nutzer|anmelde)(?:name|kennung)|identifiant(?: (?:web|client|internet|de connexion))?|nom d.utilisateur|(?:nombre|nome) de (?:usuario|usu[áa]rio|utilizador)|nome utente|gebruikersnaam|inlognaam|accountnaam|nazwa użytkownika|kennung|gamertag'

/** What it is called in a word that stands before other things too. */
export const ACCOUNT =
  'user|login|usuario|usu[áa]rio|benutzer|nutzer|utilisateur|utente|gebruiker|użytkownik|utilizador'

/** Who does something, and how people are spoken to. */
export const ACTOR =
  'logins|loginu|pseudo(?:nyme)?|owner(?:s|[ _]id)?|authors?|requeste[rd](?:[ _]by)?|requestor|assignees?|assigned[ _-]?to|report(?:er|ed[ _-]by)|approve(?:r|d[ _-]by)|reviewe(?:r|d[ _-]by)|(?:created|updated|modified|changed|uploaded|opened|closed|resolved|merged|edited|deployed|triggered|pushed|submitted|committed|raised|logged|requested|entered|keyed|typed|exported|printed|scanned|signed[ _-]off)[ _-]?by|commit by|committer|actor|principal|operator|agent|slack|viber|handle|nick(?:name)?|accounts?|acct|for user|for invalid user|(?:success|failure|failures|attempts?|attempted) for|password for|publickey for|sudo|su|uid|sender|cc|ping|thanks|hi|hey|ask|says'

/** Sites and messengers, before what a person is called on them. */
export const SITE =
  'twitter|instagram|insta|ig|steam|psn|snapchat|snap|tiktok|wechat|weixin|telegram|skype|discord|twitch|kakao(?:talk)?|mastodon|bluesky|reddit|github|gitlab'

/** All of these and words behind which only an account of two parts is believed: `by ann.lee`. */
export const BEFORE_HANDLE = `${ACCOUNT_NAME}|${ACCOUNT}|${SITE}|${ACTOR}|by|from`

/** Accounts that are no person's. */
export const SERVICE =
  /^(?:(?!(?:tal|ab|ca|tur)bot$)[a-z]{2,16}bot|timer|trigger|webhook|watchdog|timeout|schedule|heartbeat|hook|heart|hand|schema|admin|administrator|root|system|service|services|svc|bot|robot|ci|cd|api|test(?:er|user)?|tests?|dev|prod|staging|deploy(?:er)?|runner|jenkins|gitlab|github|travis|circleci|ubuntu|ec2|centos|debian|fedora|alpine|vagrant|docker|kube|k8s|node|app|apps|web|www|data|db|dba|sa|pi|postgres|mysql|mongo|redis|rabbit|kafka|nginx|apache|tomcat|git|svn|guest|user|users|public|shared|default|anonymous|nobody|daemon|mail|mailer|smtp|noreply|info|billing|ops|team|infra|platform|build|release|security|backup|monitor|monitoring|alerts?|scheduler|worker|cron|airflow|spark|hadoop|oracle|sap|crm|erp|etl|sync|import|export|integration|gateway|proxy|server|client|agent|operator|manager|owner|here|channel|everyone|all|none|null|true|false|unknown|unassigned|param|return|returns|type|see|link|since|override|property|required|optional|enabled|disabled|username|yourname|yourusername|workspace|project|projects|source|sources|backups|downloads|documents|desktop|library|example|sandbox|ansible|terraform|elastic|elasticsearch|grafana|prometheus|rabbitmq|zookeeper|jovyan|coder|gitpod|codespace|vscode|buildkite|runneradmin|runneruser|appuser|nonroot|webapp|website|frontend|backend|staff|student|students|teacher|linuxbrew|homebrew|steam|minecraft|weblogic|informatica|tableau|splunk|nagios|zabbix|puppet|chef|salt|consul|nomad|vault|caddy|traefik|haproxy|varnish|memcached|cassandra|clickhouse|influxdb|timescale|mattermost|discourse|wordpress|drupal|magento|odoo|nextcloud|key|portal|consumer|producer|publisher|subscriber|listener|replicator|replicador|indexer|crawler|scraper|thumbnailer|uploader|renderer|notifier|dispatcher|ingester|processor|rw|ro|readonly|readwrite|repl|replica|reporting|sha|md|foo|bar|baz|foobar)$/

/** What stands where an account would, and is none. */
export const STATE =
  /^(?:self|this|current|request|session|auth|viewer|editor|reader|writer|member|author|authority|network|local|domain|host|localhost|machine|support|helpdesk|sales|marketing|finance|hr|it|legal|reception|office|failed|success|successful|active|inactive|pending|expired|locked|denied|granted|allowed|invalid|valid|new|create|update|delete|read|write|yes|no|ok|page|form|button|field|id|name|names|string|number|value|code|site|work|home|log|logs|tmp|temp|bin|lib|opt|etc|var|src|main|master)$/

/** Elements of HTML, which stand between the same brackets as who speaks in a chat. */
export const TAG =
  /^(?:body|button|center|details|dialog|fieldset|figure|footer|header|iframe|legend|option|picture|script|section|select|source|strong|style|summary|table|tbody|textarea|title|video)$/

/** What the sign before an account stands before in style sheets and programs. */
export const AT_WORD =
  /^(?:assistant|media|import|keyframes|supports|page|font-face|charset|layer|container|property|include|mixin|extend|use|forward|apply|tailwind|theme|inject|input|output|override|state|binding|published|observable|column|entity|table|test|before|after|each|component|module|injectable|autowired|bean|service|controller|get|post|put|patch|delete|param|params|query|body|req|res|todo|example|deprecated|staticmethod|classmethod|dataclass|pytest|app|router|click)(?:$|[._-])/

/** Right before an account with its sign: who is thanked, spoken to or asked. */
export const BEFORE_SIGN =
  'thx|thanks?|thank you|ty|tysm|cheers|kudos|cc|h/t|fyi|hey|hi|hello|ping(?:ed|ing)?|ask(?:ed)?|tell|told|dm|message|follow|tag(?:ged)?|assign(?:ed)? to|from|by|with|for|and|or|von|an|mit|und|frag|danke|hallo|moin|merci|salut|bonjour|de|par|avec|et|gracias|hola|por|con|y|grazie|ciao|da|bedankt|dank|hoi|door|van|met|en|dzięki|hej|cześć|od|przez|dla|obrigad[oa]|olá|oi|com|user(?:name)?|login|usuario|usu[áa]rio|utilizador|utente|benutzer|gebruiker|konto|insta(?:gram)?|ig|twitter|x|tg|telegram|tik ?tok|snap|threads|bsky|bluesky|mastodon|slack|teams|discord|handle|nick|alias|is|ist|est|es|è|é|to|jest'
