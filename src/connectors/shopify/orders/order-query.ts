const MONEY = '{ shopMoney { amount currencyCode } }';

const SALE = `actionType
  lineType
  quantity
  totalAmount ${MONEY}
  totalTaxAmount ${MONEY}
  totalDiscountAmountBeforeTaxes ${MONEY}
  ... on ProductSale { lineItem { title variantTitle } }`;

const TRANSACTION = `kind status test processedAt createdAt gateway amountSet ${MONEY}`;

/** Transactions are a list without pages: one as long as this may have been cut. */
export const LISTED_TRANSACTIONS = 20;

/**
 * A page of orders. Small, because what is asked for is paid for in points whether or not it is there:
 * most orders are agreed once, over a few lines.
 *
 * By id, which never changes: sorted by their last change, an order that changes while its list is read
 * would be met again further on, and counted twice.
 */
export const ORDERS = `query Orders($query: String!) {
  orders(first: 10, sortKey: ID, query: $query) {
    pageInfo { hasNextPage }
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
      transactions(first: ${LISTED_TRANSACTIONS}) { ${TRANSACTION} }
      agreements(first: 3) {
        pageInfo { hasNextPage }
        nodes {
          happenedAt
          reason
          sales(first: 8) { pageInfo { hasNextPage } nodes { ${SALE} } }
        }
      }
    }
  }
}`;

/** Of one order whose agreements did not fit into its page: one agreement, as many of its sales as there may be in one answer. */
export const AGREEMENT = `query Agreement($id: ID!, $agreement: String, $sale: String) {
  order(id: $id) {
    agreements(first: 1, after: $agreement) {
      pageInfo { hasNextPage endCursor }
      nodes {
        happenedAt
        reason
        sales(first: 250, after: $sale) {
          pageInfo { hasNextPage endCursor }
          nodes { ${SALE} }
        }
      }
    }
  }
}`;

/** Of one order whose transactions did not fit into its page. */
export const TRANSACTIONS = `query Transactions($id: ID!) {
  order(id: $id) { transactions(first: 250) { ${TRANSACTION} } }
}`;
