import { describe, expect, test } from '@jest/globals';
import { graphqlFaults } from '../support/graphql-faults.js';
import { readGraphqlSchema } from '../support/graphql-schema.js';

const SCHEMA = readGraphqlSchema(`
  schema { query: QueryRoot }
  directive @old(reason: String = "x") on FIELD_DEFINITION | OBJECT
  """ All that can be asked. { not a field } """
  type QueryRoot {
    "One of them."
    cat(id: ID!, loud: Boolean = false): Cat @old(reason: "ask for animals")
    animals(first: Int, sort: Sort = NAME, at: DateTime): [Animal!]!
    thing: Thing
  }
  interface Animal { name: String! }
  type Cat implements Animal & Node { name: String! lives(of: Int!): Int }
  type Dog implements Animal { name: String! }
  type Stone { weight: Float }
  interface Node { id: ID! }
  union Thing = Stone | Cat
  enum Sort { NAME AGE @old }
  scalar DateTime
`);

const faults = (query: string, variables: Record<string, unknown> = {}) =>
  graphqlFaults(SCHEMA, query, variables);

describe('the check of queries against a published schema', () => {
  test.each([
    ['{ cat(id: "1") { name lives(of: 3) } }', {}],
    [
      'query A($id: ID!, $n: Int) { cat(id: $id) { name } animals(first: $n) { name } }',
      { id: 'x' },
    ],
    [
      'query { animals(sort: AGE, at: "2026") { __typename name ... on Cat { lives(of: 1) } } }',
      {},
    ],
    [
      '{ thing { ... on Stone { weight } ... on Node { __typename } } one: cat(id: "1") { name } }',
      {},
    ],
    ['query A($n: Int = 3) { animals(first: $n) { name } } # said once', {}],
  ])('takes %s', (query, variables) => {
    expect(faults(query, variables)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['{ cat(id: "1") { age } }', {}, 'Cat has no field age'],
    ['{ dogs { name } }', {}, 'QueryRoot has no field dogs'],
    ['{ cat { name } }', {}, 'QueryRoot.cat needs id'],
    ['{ cat(id: "1", quiet: true) { name } }', {}, 'QueryRoot.cat takes no argument quiet'],
    ['{ cat(id: "1") { lives } }', {}, 'QueryRoot.cat.lives needs of'],
    ['{ cat(id: "1") }', {}, 'QueryRoot.cat is a Cat and selects nothing'],
    [
      '{ cat(id: "1") { name { first } } }',
      {},
      'QueryRoot.cat.name is a String, of which nothing can be selected',
    ],
    ['{ animals { lives(of: 1) name } }', {}, 'Animal has no field lives'],
    ['{ animals { ... on Stone { weight } } }', {}, 'QueryRoot.animals: Animal is never Stone'],
    ['{ animals { ... on Horse { name } } }', {}, 'QueryRoot.animals: there is no type Horse'],
    ['{ animals { ... on Dog { lives(of: 1) } } }', {}, 'Dog has no field lives'],
    ['{ animals(sort: SIZE) { name } }', {}, 'QueryRoot.animals(sort) is no Sort: SIZE'],
    ['{ animals(sort: "AGE") { name } }', {}, 'QueryRoot.animals(sort) is no Sort: "AGE"'],
    ['{ animals(first: "1") { name } }', {}, 'QueryRoot.animals(first) is no Int'],
    ['{ animals(first: 1.5) { name } }', {}, 'QueryRoot.animals(first) is no Int'],
    ['{ cat(id: null) { name } }', {}, 'QueryRoot.cat(id) is ID! and null'],
    ['{ cat(id: $id) { name } }', {}, '$id is used and not declared'],
    ['query A($n: Int) { animals { name } }', {}, '$n is declared and not used'],
    ['query A($id: ID!) { cat(id: $id) { name } }', {}, '$id is ID! and not sent'],
    ['query A($id: ID!) { cat(id: $id) { name } }', { id: 7 }, '$id is no ID!'],
    [
      'query A($id: ID) { cat(id: $id) { name } }',
      { id: 'x' },
      'QueryRoot.cat(id) is ID! and $id is ID',
    ],
    ['{ animals { name } }', { n: 1 }, '$n is sent and not declared'],
    ['mutation { animals { name } }', {}, 'mutation is no query'],
  ])('refuses %s', (query, variables, fault) => {
    expect(faults(query, variables)).toContain(fault);
  });

  test.each([
    '',
    '{ }',
    '{ animals { name }',
    '{ animals { name } } }',
    '{ animals { } }',
    '{ % }',
  ])('refuses %j for its form', (query) => {
    expect(faults(query)).toEqual([expect.stringMatching(/^syntax: /)]);
  });
});
