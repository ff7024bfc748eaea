import { expect, test } from '@jest/globals';
import { list } from '../../../src/connectors/kit/read/list.js';
import { object } from '../../../src/connectors/kit/read/object.js';
import { whole } from '../../../src/connectors/kit/read/whole.js';
import { watchReads } from './watch-reads.js';

test('each field that is read is told of, however deep, and none that is not', () => {
  const read: string[] = [];
  const answer = { data: [{ id: 'a', price: { amount: 5 }, email: 'x' }], has_more: false };
  const watched = watchReads(answer, (place) => read.push(place));
  const [first] = list(watched, 'data');
  expect(whole(object(first, 'price'), 'amount')).toBe(5);
  expect(read).toEqual(['data', 'data[].price', 'data[].price.amount']);
});

test('who looks through all fields of an object has read them all', () => {
  const read = new Set<string>();
  JSON.stringify(watchReads({ a: { b: 1 }, c: [2, { d: 3 }] }, (place) => read.add(place)));
  expect([...read]).toEqual(['a', 'a.b', 'c', 'c[].d']);
});

test('errors know their place, and a broken value is told by it alone', () => {
  const watched = watchReads({ data: [{ amount: 'a secret' }] }, () => undefined);
  expect(() => whole(list(watched, 'data')[0], 'amount')).toThrow(
    'data[].amount is a whole number',
  );
});
