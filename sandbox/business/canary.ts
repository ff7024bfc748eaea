/**
 * Personal data that belongs to nobody, put into every field that NuMoon must never keep. All of it holds
 * one of these marks, so that a leak is found by searching for them.
 */
export const CANARY_MARKS = ['Zzyxquill', '4242424242424242', 'zzyxquill.example'] as const;

export function canaryPerson(number: number): {
  name: string;
  first: string;
  last: string;
  email: string;
  phone: string;
  street: string;
} {
  return {
    name: `Ada${number} Zzyxquill`,
    first: `Ada${number}`,
    last: 'Zzyxquill',
    email: `ada${number}@zzyxquill.example`,
    phone: `+1 555 010 ${String(number % 10_000).padStart(4, '0')}`,
    street: `${number} Zzyxquill Lane`,
  };
}
