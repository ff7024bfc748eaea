import { Seeded } from './seeded.js';

/** What dimensions hold in real accounts, one a line. */
const WRITTEN = `
iPhone 15 Pro 256
iPhone 15 Pro Max 256GB (Blue Titanium)
Galaxy S24 Ultra 12/512
MacBook Air 13" M3 8/256
Canon EOS R6 Mark II + RF 24-105mm f/4
Canon RF 100-500mm F4.5-7.1 L IS USM
LEGO 75192 Millennium Falcon 7541 pieces
LEGO Star Wars 75313 AT-AT (6785 Teile)
Nike Air Max 270 React - 42.5
Levi's 501 W32 L34
Bosch GSR 18V-55 2x 4,0 Ah
Duracell AA 1.5V 24-Pack
WD Red Plus 4TB 5400 RPM 256MB
Kärcher K 5 Premium 145 bar 500 l/h
RAL 7016 Anthrazitgrau 2,5 l
Philips Hue A60 E27 1100 lm 9,5 W
Samsung 990 PRO 2TB PCIe 4.0 7450 MB/s
NVIDIA GeForce RTX 4070 Ti SUPER 16GB
AMD Ryzen 7 7800X3D 4.2-5.0 GHz
Dell U2723QE 27" 3840x2160
T-shirt / Black / XXL
Gift card 50 EUR
Gift card $100.00
1000 Piece Puzzle 50x70
Premium Plan (annual) 2026
Pro – 10 seats
Starter 9.99/month
Enterprise 10000+ seats
100% cotton, 200 g/m2
Vitamin D3 5000 IU, 365 tablets
Omega-3 1000 mg 120 Kapseln
Coffee beans 1 kg (4 x 250 g)
Wine 2019 750 ml 13.5%
Size 38-40 / 5-7
3-in-1 cable 1.2m 100W
USB-C to Lightning 2 m
ISO 9001:2015
EN 60601-1-2
DIN 912 M8x40 8.8
6204-2RS 20x47x14
12-16-20-24 spring set
spring-2026-11-25
spring_2026_11_25
20261125_blackfriday
black-friday-2026-11-27_retargeting_v2
bf26|de|search|brand|exact
2026-11-25T10:30:00Z
2026-11-25 10:30:00
2026-11-25 10:30:00 +0100
25.11.2026
11/25/2026
25-11-2026 10:30
01/02/2026 10:30
01.02.2026 - 28.02.2026
2026-01-01 - 2026-12-31
2026-01-01_2026-12-31_always_on
FY2026-Q4
2026-W48
Week 48 (2026-11-23 - 2026-11-29)
q4_2026_email_nurture_03
newsletter-2026-11
emailblast_nov_25_2026
retention_d7_d14_d30
lookalike_1%_18-34_US
Prospecting - 25-54 - Broad - 0426
Search | Generic | US | 2026-11 | tCPA 25
PMax_Shoes_EU_20261101-20261130
utm_content=banner_300x250_v3
300x250
728x90
1920x1080
1080x1920_story_15s
/blog/2026/11/25/post
/blog/2026/11/25/how-to-save-1000-euros
/2026/11/25/
/products/iphone-15-pro-256?variant=44012345678901
/products/7982301234567
/collections/all?page=2
/checkouts/cn/c1-8f3a9be27d1e4f60
/de/produkte/4711
/p/12345-blue-shoes
/search?q=shoes&size=42&max=100
/search?q=100%25+cotton
/search?q=c%2B%2B
/caf%C3%A9/men%C3%BC
/a/b/c/d/e/f/1/2/3/4/5/6
/login?next=/account
/account/orders
/account/settings/2fa
/help/account-closed
/pricing#enterprise
/v2/docs/api/1.2.3
/assets/logo@2x.png
/assets/img/hero@3x.webp
/@scope/package@1.2.3
@ourbrand
Sale @ Main St. London
Meet us @ booth 12
Organic Search
Paid Search
Paid Social
Organic Social
Cross-network
Direct
Referral
Unassigned
Display
Affiliates
Email
Audio
Mobile Push Notifications
SMS
(not set)
(other)
(direct) / (none)
google / cpc
google / organic
newsletter / email
facebook.com / referral
m.facebook.com / referral
l.instagram.com / referral
t.co
example.co.uk
shop.example.com:443
https://www.example.com/landing?utm_source=google&utm_medium=cpc
android-app://com.google.android.gm
mobile
desktop
tablet
smart tv
Chrome 142.0.7444.60
Safari 18.6
Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X)
iOS 18.6.2
Windows 11 23H2 22631.4460
Android 15
price_1NqZ9dLkdIwHu7ixKpXy0t3B
price_1Pq82hLkdIwHu7ix00112233
prod_Oc4dFz8K2vB91x
cus_NffrFeUfNV2Hib
sub_1MowQVLkdIwHu7ixeRlqHVzs
in_1MtHbELkdIwHu7ixl4OzzPMv
plan_premium_monthly_v3
coupon SAVE20
BLACKFRIDAY26
WELCOME10
gid://shopify/Product/7982301234567
gid://shopify/Location/61234567890
ORD-100234
ORD-2026-000123
#1001
SO-2026-000123
INV-0001-2345
PO 4500012345
RMA-20261125-07
SKU-00012-BLK-42
SKU 000123456789
B0CHX1W1XY
978-3-16-148410-0
A-1042/7
4711-0815
0815
001234
0012345678
00000042
100234567
1234567890
10112345678
23851234567890
act_1234567890
123-456-7890x
properties/123456789
accounts/123456789/campaigns
customers/1234567890/campaigns/987654321
GA4 property 123456789
ga:XXXXX
GTM-5XK2W7P
G-1A2B3C4D5E
AW-123456789
pipeline default
appointmentscheduled
qualifiedtobuy
closedwon
closedlost
decisionmakerboughtin
Demo scheduled (2nd)
Stage 3 - Negotiation 75%
Deal 2026 Acme 3-year
insufficient_funds
card_declined
expired_card
do_not_honor
generic_decline
requested_by_customer
fraudulent
duplicate
product_not_received
credit_not_processed
charge
refund
payout
stripe_fee
DE
US
GB
FR
de-DE
en_US
zh-Hans-CN
pt-BR
EUR
USD
JPY
Germany
United States
Côte d’Ivoire
São Paulo
Zürich
Düsseldorf
Łódź
東京
北京市
Москва
القاهرة
תל אביב
서울
10115 Berlin
90210
10115
SW1A 1AA
75008 Paris
1012 AB Amsterdam
New York, NY 10001
10001-2345
Europe/Berlin
America/Argentina/Buenos_Aires
GMT+1
UTC+05:30
visa
mastercard
amex
Visa 4242
Mastercard **** 4444
•••• 4242
ending in 1234
sepa_debit
klarna
bank_transfer
Bank transfer
direct debit
account-based-2026
Account Based Marketing Q4 2026
Account 2026-11-25
account_manager_07
Key Accounts 2026
Routing v2
Wire transfer 2026
ACH
Compte Pro 2026
Konto Plus
TIN can 500 ml
Tin 12x 330 ml
Cell phone cases
Phone case 15 Pro
Phone 15 256
Mobile 2026-11-25
mobile-1920x1080
call-only-2026
call_extension_v12
Tel Aviv 2026
Fax Machine 3000
SMS Q4 2026-11
Telephone Box 1:50
0-30 days
31-60 days
61-90 days
90+ days
1,000-4,999
10,000 - 49,999
1 000 000
1.000.000
1.234.567,89
1,234,567.89
$1,000-$5,000
0.5-1.0
0-100
18-24
65+
1-10 employees
10001+
24/7
9-5
50/50
16:9
3.14159265
1e10
192.168.0.1
v1.2.3-beta.4
1.10.100.1000
550e8400-e29b-41d4-a716-446655440000
9f86d081884c7d659a2feaa0c55ad015
d41d8cd98f00b204e9800998ecf8427e
fbclid=IwAR0
gclid=Cj0KCQiA
Buy 2 get 1
2 for 1
7-eleven
H&M
AT&T
Marks &amp; Spencer
R&amp;D &#8211; 2026
Q&A
C++
C#
🎁 Christmas 2026
👨‍👩‍👧 Family pack
ｆｕｌｌ　ｗｉｄｔｈ
5️⃣ Sterne
½ price
No. 5
№ 7
30°C
± 0.5
`;

/** Forms that repeat, with numbers by lot. */
function made(): string[] {
  const random = new Seeded(26);
  const days = (): string => String(1 + random.below(28)).padStart(2, '0');
  const months = (): string => String(1 + random.below(12)).padStart(2, '0');
  const year = (): string => String(2019 + random.below(10));
  const forms = [
    () => `${random.letters(6)}-${year()}-${months()}-${days()}`,
    () => `${year()}${months()}${days()}_${random.letters(4)}_${random.digits(2)}`,
    () => `/blog/${year()}/${months()}/${days()}/${random.letters(8)}`,
    () => `/${random.letters(5)}/${random.letters(7)}-${random.digits(4)}`,
    () => `ORD-${random.digits(6)}`,
    () => `INV-${year()}-${random.digits(5)}`,
    () =>
      `${random.letters(3).toUpperCase()}-${random.digits(4)}-${random.letters(2).toUpperCase()}`,
    () => `${random.letters(7)} ${random.digits(3)} ${random.letters(3)} ${random.digits(2)}`,
    () => `price_1${random.letters(3)}${random.digits(3)}${random.letters(12)}${random.digits(2)}`,
    () => `${random.letters(5)}_${random.digits(1)}_${random.digits(2)}_${random.digits(3)}`,
    () => `${days()}.${months()}.${year()} ${days()}:${months()}`,
    () =>
      `${random.letters(4)}|${random.letters(2)}|${year()}|${random.digits(3)}x${random.digits(3)}`,
    () => `${random.digits(1)}.${random.digits(2)}.${random.digits(4)}`,
    () => String(1_000_000 + random.below(90_000_000)),
  ];
  return forms.flatMap((form) => Array.from({ length: 40 }, form));
}

export const ORDINARY: readonly string[] = [
  ...WRITTEN.split('\n').filter((line) => line !== ''),
  ...made(),
];
