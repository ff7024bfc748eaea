/**
 * The passwords of eight characters and more that stand highest in public lists of leaked ones, in lower
 * case. Shorter ones are refused for their length. Kept small: the limits on failed sign-ins stop
 * whoever tries more than the first few.
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
password 12345678 123456789 11111111 00000000 87654321 qwertyui qwerty123 qwerty12 1q2w3e4r
1qaz2wsx q1w2e3r4 asdfghjk zxcvbnm1 password1 passw0rd p@ssw0rd iloveyou sunshine princess football
baseball superman starwars trustno1 letmein1 welcome1 computer whatever michelle jennifer jonathan
abc12345 abcd1234 abcdefgh admin123 changeme internet samsung1 monkey12 dragon12 master12 access14
1234567890 0123456789 0987654321 9876543210 12345678910 123456789a 123456789q 12345678900
1234567891 1234567899 123456789123 1234512345 123123123123 1qaz2wsx3edc 1q2w3e4r5t 1q2w3e4r5t6y
1q2w3e4r5t6y7u q1w2e3r4t5 q1w2e3r4t5y6 zaq12wsxcde3 zaq1zaq1zaq1 qwertyuiop qwertyuiop123
qwerty12345 qwerty123456 qwerty1234 qwertyqwerty qwerty123! qwertzuiop azertyuiop asdfghjkl;
asdfghjkl1 asdfghjklqwe asdfasdfasdf zxcvbnm123 zxcvbnmasdf qazwsxedc123 qazwsxedcrfv 1234qwerasdf
1234qwerasdfzxcv qweasdzxc123 password12 password123 password1234 password12345 password123456
password123! password1! password01 passwordpassword password2020 password2021 password2022
password2023 password2024 password2025 password2026 p@ssw0rd123 p@ssword123 passw0rd123
passw0rd1234 mypassword mypassword1 mypassword123 thepassword newpassword newpassword1 changeme123
changeme1234 changemenow letmein123 letmein1234 letmeinnow welcome123 welcome1234 welcome2024
welcome2025 admin12345 admin123456 administrator admin@1234 superadmin superuser1 rootpassword
root123456 test123456 testtest123 testpassword test1234567 guestguest default123 secret1234
secretpassword iloveyou12 iloveyou123 iloveyou1234 iloveyouforever ilovemyself princess123
princess12 sunshine123 sunshine12 football123 football12 baseball123 basketball basketball1
superman123 spiderman1 spiderman123 batman12345 starwars123 pokemon1234 michael123 charlie123
liverpool123 liverpool1 manchester manchester1 manchesterunited chelsea123 barcelona1 realmadrid
juventus123 abcdefghij abcdefghijk abcdefghijklmnop abcd123456 abcd1234567 abcdef1234 abc1234567
abc123456789 a123456789 aa123456789 aa12345678 q123456789 qq123456789 monkey12345 dragon12345
master12345 trustno1trustno1 whatever123 computer123 internet123 samsung123 myspace123 facebook123
google1234 christopher alexander1 alexandria
`
    .trim()
    .split(/\s+/),
);
