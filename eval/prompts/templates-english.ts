/**
 * What people in firms put into a prompt. `{{slot}}` is a value, `{{A.full}}` someone named in the text. Templates with an even
 * index may be looked at while rules are written (`--verbose` shows what was missed in them), those with an odd one never.
 */
export const ENGLISH: readonly string[] = [
  `Please draft a reply to this email.

From: {{A.full}} <{{A.email}}>
To: {{B.full}} <{{B.email}}>
Subject: Delivery to new address

Hi {{B.first}},

we moved last month. Could you send order {{order}} to {{address}} instead? You can reach me on {{phone}} after 5pm.

Thanks,
{{A.first}}`,
  `Summarise the ticket below for the weekly report.

Ticket #{{order}} opened by {{A.full}} ({{A.email}})
Customer says that the router with MAC {{mac}} keeps dropping. Public IP was {{ip}}. Called back on {{phone}}, spoke with {{B.first}} who lives at the same address, {{address}}.
Agent {{C.full}} promised a replacement by {{date}}.`,
  `CRM note {{date}}: Met {{A.full}} (CFO of {{company}}) together with {{B.full}}. {{A.last}} prefers calls to {{phone}}; assistant is {{C.first}}. Invoice address: {{address}}. {{B.first}} will introduce us to {{D.full}} next week.`,
  `HR case, confidential. Employee: {{A.full}}, born {{birth}}, SSN {{ssn}}, home address {{address}}. {{A.first}} reported on {{date}} that {{B.full}} had made remarks in the canteen. Witnesses: {{C.full}}, {{D.full}}. Please write a neutral summary for legal.`,
  `<{{A.handle}}> anyone around? prod db is down
<{{B.handle}}> looking. who changed the password?
<{{A.handle}}> {{C.handle}} did, it's {{password}} now
<{{B.handle}}> pls don't paste that here :)
<{{C.handle}}> sorry! call me {{phone}}`,
  `id,first_name,last_name,email,phone,street,dob
1,{{A.first}},{{A.last}},{{A.email}},{{phone}},{{street}},{{birth}}
2,{{B.first}},{{B.last}},{{B.email}},{{phone}},{{street}},{{birth}}
3,{{C.first}},{{C.last}},{{C.email}},{{phone}},{{street}},{{birth}}

Write a pandas script that deduplicates this.`,
  `{"customer": {"firstName": "{{A.first}}", "lastName": "{{A.last}}", "email": "{{A.email}}", "phone": "{{phone}}", "address": "{{address}}", "dateOfBirth": "{{birth}}"}, "order": {"id": {{order}}, "total": "{{amount}}", "card": "{{card}}"}}`,
  `Why does this fail?

{{date}}T08:12:33.120Z ERROR [main] c.acme.crm.Sync - could not merge contact {{A.full}} <{{A.email}}> from {{ip}}
{{date}}T08:12:33.121Z WARN  [main] c.acme.crm.Sync - phone {{phone}} rejected by validator
DATABASE_URL=postgres://crm_app:{{password}}@db.internal:5432/crm`,
  `Fill in the form from this text.

Full name: {{A.full}}
Date of birth: {{birth}}
Address: {{address}}
Telephone: {{phone}}
Emergency contact: {{B.full}} ({{phone}})
Passport no.: {{passport}}
Driving licence: {{licence}}`,
  `Patient {{A.reverse}} (MRN {{mrn}}, DOB {{birth}}) was seen by Dr. {{B.last}} on {{date}}. Lives alone at {{address}}; daughter {{C.full}} can be reached at {{phone}}. Insurance policy number {{policy}}. Please turn it into a discharge letter.`,
  `Best regards,

{{A.full}}
Senior Account Manager
{{company}}
{{address_lines}}
T: {{phone}} | M: {{phone}}
{{A.email}} | {{A.linkedin}}`,
  `Translate into French: "Dear Mr {{A.last}}, thank you for your payment of {{amount}}. We have refunded it to your account {{account}}, sort code {{sort_code}}. Yours sincerely, {{B.full}}"`,
  `hey can u write a birthday message for {{A.first}}? she turns 40 and works w {{B.first}} and {{C.first}} in accounting. her mail is {{A.email}}`,
  `Complaint received by phone from {{A.upper}}, vehicle registration {{plate}}, VIN {{vin}}. The accident happened near {{street}}. The other driver, {{B.full}}, gave his number as {{phone}} and policy no. {{policy}}.`,
  `Set up the payroll entry:
Name          {{A.full}}
IBAN          {{iban}}
Tax ID        {{national}}
Start         {{date}}
Manager       {{B.full}}
Home address  {{address}}`,
  `aws_access_key_id = {{aws_key}}
aws_secret_access_key = {{aws_secret}}
[github]
token = {{github}}
; owner {{A.handle}}, ask {{A.first}} before rotating`,
  `Meeting notes
Attendees: {{A.full}}, {{B.full}}, {{C.full}} and {{D.first}} (remote)
- {{A.first}} presents the Q3 numbers
- {{B.last}} asks for the forecast
- Action: {{C.first}} to mail {{D.full}} about the lease of {{address}} by {{date}}`,
  `My name is {{A.full}} and I'd like to close my account. My card {{card}} was stolen at {{city}}, please ring me at {{phone}}. I'm staying with a friend at {{address}}.`,
  `curl -X POST https://api.example.com/v1/users -H "Authorization: Bearer {{jwt}}" -d '{"name": "{{A.full}}", "mobile": "{{phone}}", "street": "{{street}}"}'`,
  `Tenant {{A.full}} of {{address}} has not paid since {{date}}. Write a polite reminder and mention that {{B.first}} {{B.last}} of our office can be called on {{phone}}. Bank details: account number {{account}}, routing number {{routing}}.`,
  `The candidates in order of preference: 1. {{A.full}} 2. {{B.full}} 3. {{C.full}}. {{A.first}}'s references are {{D.full}} ({{D.email}}) and her old manager. {{C.last}} asked for a call on {{phone}} before Friday.`,
  `Refund the customer in BTC to {{btc}} or, if {{A.first}} insists, in ETH to {{eth}}. Contact: {{A.email}}, {{phone}}.`,
  `Dear {{A.first}}, further to our call I confirm the appointment at {{address}} on {{date}}. Bring your National Insurance number ({{nino}} on our file), your NHS number {{nhs}} and a photo ID. If you cannot make it please text {{phone}}. Kind regards, {{B.full}}`,
  `Rewrite: we spoke to {{A.lower}} yesterday, he lives in {{address}} and his wife {{B.first}} confirmed it. his date of birth is {{birth}}, phone {{phone}}.`,
  `| name | e-mail | phone | address |
|---|---|---|---|
| {{A.full}} | {{A.email}} | {{phone}} | {{address}} |
| {{B.full}} | {{B.email}} | {{phone}} | {{address}} |
Sort by last name.`,
  `INSERT INTO employees (name, ssn, phone, home_address) VALUES ('{{A.full}}', '{{ssn}}', '{{phone}}', '{{address}}');
-- approved by {{B.full}}`,
  `Slack export:
{{A.full}}  9:14 AM
morning! did {{B.first}} send the contract?
{{C.full}}  9:15 AM
yes, to {{A.email}}. She wants it couriered to {{address}}
{{A.full}}  9:16 AM
ok. @{{B.handle}} what's the gate code?`,
  `Police report: {{A.full}} (DOB: {{birth}}), of {{address}}, was stopped driving a car with licence plate {{plate}}. Driver's license number {{licence}}. The passenger identified herself as {{B.full}}.`,
  `From the claim file: Claimant {{A.full}}; policy {{policy}}; loss at {{address}}; adjuster {{B.initial}}; callback {{phone}}; bank account no. {{account}}. Is the claim plausible?`,
  `jdbc:mysql://billing:{{password}}@10.2.3.4:3306/invoices fails with access denied. {{A.first}} from ops says the password was changed by {{B.full}} on {{date}}. Also redis://:{{password}}@cache:6379/0`,
  `Thanks for meeting {{A.full}} and me. As discussed, {{B.full}} will visit the site ({{address}}) with {{C.full}}. Parking is tight, so please send the number plate of your car ({{plate}}?) to {{D.email}} or call {{phone}}.

Cheers
{{D.first}}`,
  `api_key: {{hex_key}}
admin:
  user: {{A.handle}}
  password: "{{password}}"
  notify: {{A.email}}
  phone: "{{phone}}"`,
  `Guest profile: {{A.reverse}}; passport number {{passport}}; born {{birth}}; arriving {{date}} with {{B.full}}; home: {{address}}; mobile {{phone}}; pays with {{card}}.`,
  `Subject: RE: RE: invoice {{order}}
> On Monday {{A.full}} wrote:
> Please ship to
> {{A.full}}
> {{address}}
> and let {{B.first}} know ({{phone}})
Done, {{A.first}}. - {{C.first}}`,
  `The will names {{A.full}}, née {{B.last}}, of {{address}}, born on {{birth}}, as sole heir; executor is {{C.full}}, solicitor. Explain what probate means for her brother {{D.first}}.`,
  `Write a SQL query for the user with email {{A.email}} or phone number {{phone}} whose last login came from {{ip}} on {{date}}.`,
]
