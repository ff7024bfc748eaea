const MONEY = '{ shopMoney { amount currencyCode } }';

const SALES = `pageInfo { hasNextPage }
  nodes {
    actionType
    lineType
    quantity
    totalAmount ${MONEY}
    totalTaxAmount ${MONEY}
    totalDiscountAmountBeforeTaxes ${MONEY}
    ... on ProductSale { lineItem { title variantTitle } }
  }`;

function agreements(first: number, sales: number): string {
  return `agreements(first: ${first}, after: $inner) {
    pageInfo { hasNextPage endCursor }
    nodes { happenedAt reason sales(first: ${sales}) { ${SALES} } }
  }`;
}

/**
 * A page of orders. Small, because what is asked for is paid for in points whether or not it is there:
 * most orders are agreed once, over a few lines.
 */
export const ORDERS = `query Orders($query: String!, $after: String, $inner: String) {
  orders(first: 10, after: $after, sortKey: UPDATED_AT, query: $query) {
    pageInfo { hasNextPage endCursor }
    nodes {
      id
      test
      createdAt
      processedAt
      cancelledAt
      cancelReason
      sourceName
      app { name }
      customer { id orders(first: 1, sortKey: PROCESSED_AT) { nodes { id } } }
      transactions(first: 20) { kind status test processedAt createdAt gateway amountSet ${MONEY} }
      ${agreements(3, 8)}
    }
  }
}`;

/** All agreements of one order that did not fit into its page. */
export const AGREEMENTS = `query Agreements($id: ID!, $inner: String) {
  order(id: $id) { ${agreements(1, 250)} }
}`;
