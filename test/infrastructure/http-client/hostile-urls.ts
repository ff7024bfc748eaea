/** Addresses that no call may reach, of every kind there is. */
export const PRIVATE_V4 = [
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.8.8.8',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.254',
  '192.0.0.1',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
];

export const PRIVATE_V6 = [
  '::',
  '::1',
  'fe80::1',
  'fc00::1',
  'fd12:3456:789a::1',
  'fec0::1',
  'ff02::1',
  '100::1',
  '2001:db8::1',
  '2001::7f00:1',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '3fff::1',
  '4000::1',
  '5f00::1',
  '::ffff:0:127.0.0.1',
  '64:ff9b:1::127.0.0.1',
];

const octets = (v4: string): number[] => v4.split('.').map(Number);
const number = (v4: string): number => octets(v4).reduce((sum, octet) => sum * 256 + octet, 0);
const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
const groups = (v4: string): string => {
  const [a = 0, b = 0, c = 0, d = 0] = octets(v4);
  return `${hex(a * 256 + b, 4)}:${hex(c * 256 + d, 4)}`;
};

/** IPv6 addresses that lead to an IPv4 one. */
export function wrapped(v4: string): string[] {
  return [
    `::ffff:${v4}`,
    `::ffff:${groups(v4)}`,
    `0:0:0:0:0:ffff:${groups(v4)}`,
    `::${v4}`,
    `64:ff9b::${v4}`,
    `64:ff9b::${groups(v4)}`,
    `2002:${groups(v4)}::1`,
  ];
}

/** All the ways to write one IPv4 address as a URL's host. */
function written(v4: string): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = octets(v4);
  return [
    v4,
    `${v4}.`,
    String(number(v4)),
    `0x${hex(number(v4), 8)}`,
    `0${number(v4).toString(8)}`,
    octets(v4)
      .map((octet) => `0x${octet.toString(16)}`)
      .join('.'),
    octets(v4)
      .map((octet) => `0${octet.toString(8)}`)
      .join('.'),
    `${a}.${b * 65_536 + c * 256 + d}`,
    `${a}.${b}.${c * 256 + d}`,
    `0x${a.toString(16)}.${b}.0${(c * 256 + d).toString(8)}`,
    v4.replaceAll('.', '\u3002'),
    v4.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    [...v4].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(''),
    ...wrapped(v4).map((v6) => `[${v6}]`),
  ];
}

/** Hosts that look like the listed ones to somebody. */
const LOOKALIKES = [
  'localhost',
  'localhost.',
  'ip6-localhost',
  'metadata.google.internal',
  'made-up.test',
  'evil.test',
  'api.made-up.test.evil.test',
  'api.made-up.test.127.0.0.1.nip.io',
  'evilapi.made-up.test',
  'api-made-up.test',
  'apixmade-up.test',
  'x.api.made-up.test',
  'api.made-up.test..',
  '.api.made-up.test',
  'api..made-up.test',
  'api.made-up.testevil',
  'api.made-up.tes',
  'shops.test',
  '.shops.test',
  '*.shops.test',
  'a.b.shops.test',
  'evilshops.test',
  'a.shops.test.evil.test',
  'shops.test.evil.test',
  '\u0430pi.made-up.test',
  'api.m\u0430de-up.test',
  'api.made\u2010up.test',
  'api.made\u2011up.test',
  'api\u2024made-up.test',
  'api\uff0emade-up\uff0etest',
  '\uff41pi.made-up.test',
  'api.made-up.te\u017ft',
  'api.made-up.test\u200b',
  'xn--pi-7kc.made-up.test',
  'api.xn--mde-up-6nf.test',
  'api.made-up.test%2eevil.test',
  'api.made-up.test%00.evil.test',
  'api.made-up.test%0d%0a.evil.test',
  'evil.test%2f.shops.test',
  'evil.test%23.shops.test',
];

/** Whole URLs: what stands before the host, after it, and in place of `https`. */
function tricks(port: number): string[] {
  const target = `127.0.0.1:${port}`;
  return [
    `https://api.made-up.test@${target}/`,
    `https://api.made-up.test:443@${target}/`,
    `https://api.made-up.test%40@${target}/`,
    `https://user:secret@api.made-up.test/`,
    `https://@api.made-up.test/`,
    `https://:@api.made-up.test/`,
    `https://${target}#@api.made-up.test/`,
    `https://${target}?@api.made-up.test/`,
    `https://${target}/@api.made-up.test/`,
    `https://${target}\\@api.made-up.test/`,
    `https://api.made-up.test\\@${target}/`,
    `https:\\\\api.made-up.test/`,
    `https:/\\${target}/`,
    `https:///${target}/`,
    `https:${target}`,
    `//${target}/`,
    `\\\\${target}\\`,
    ` https://api.made-up.test/`,
    `https://api.made-up.test/ `,
    `https://api.made-up.test/\r\nHost: ${target}`,
    `https://api.made-up.test/\r\n\r\nGET http://${target}/`,
    `https://api.made-up.test\r\n.evil.test/`,
    `https://api.made-\nup.test/`,
    `https://api.made-\tup.test/`,
    `https://api.made-up.test/\0`,
    `https://api.made-up.test/\u2028`,
    `https://api.made-up.test/#fragment`,
    `https://api.made-up.test/ü`,
    `https://api.made-up.test:80/`,
    `https://api.made-up.test:22/`,
    `https://api.made-up.test:8443/`,
    `https://api.made-up.test:0/`,
    `https://api.made-up.test:65536/`,
    `https://api.made-up.test:${port}/`,
    `https://api.made-up.test:443@${target}:443/`,
    `http://api.made-up.test/`,
    `http://api.made-up.test:443/`,
    `http://a.shops.test/`,
    `HTTP://${target}/`,
    ...['ws', 'wss', 'ftp', 'gopher', 'dict', 'ldap', 'tftp', 'jar', 'netdoc', 'unix'].map(
      (scheme) => `${scheme}://api.made-up.test/`,
    ),
    ...['ws', 'wss', 'ftp', 'gopher', 'http', 'https'].map((scheme) => `${scheme}://${target}/`),
    'file:///etc/passwd',
    'file://api.made-up.test/etc/passwd',
    'data:application/json,{}',
    'javascript:fetch()',
    'blob:https://api.made-up.test/1',
    'about:blank',
    'https://',
    'https:',
    'https://[::1',
    'https://[v1.x]/',
    'https://[fe80::1%25eth0]/',
    `https://api.made-up.test/${'a'.repeat(20_000)}`,
  ];
}

/** Each of them must be refused where `api.made-up.test` and `*.shops.test` are all that is allowed. */
export function hostileUrls(port: number): string[] {
  const addresses = [
    ...PRIVATE_V4.flatMap(written),
    ...PRIVATE_V6.map((v6) => `[${v6}]`),
    '8.8.8.8',
    '134744072',
    '[2001:4860:4860::8888]',
  ];
  return [
    ...addresses.flatMap((host) => [`https://${host}/`, `http://${host}:${port}/`]),
    ...LOOKALIKES.flatMap((host) => [`https://${host}/`, `https://${host}:${port}/v1/charges`]),
    ...tricks(port),
  ];
}
