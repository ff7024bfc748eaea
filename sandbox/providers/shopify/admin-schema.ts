import { LEDGER_TYPES } from './ledger-schema.js';
import { readSchema, type Schema } from './graphql/schema.js';

const TEXT = `
type QueryRoot
  currentAppInstallation: AppInstallation!
  customer(id: ID!): Customer @read_customers
  customers(PAGE, sortKey: CustomerSortKeys, query: String): CustomerConnection! @read_customers
  customersCount(query: String, limit: Int): Count @read_customers
  dispute(id: ID!): ShopifyPaymentsDispute @read_shopify_payments_disputes
  disputes(PAGE, query: String): ShopifyPaymentsDisputeConnection! @read_shopify_payments_disputes
  order(id: ID!): Order @read_orders
  orders(PAGE, sortKey: OrderSortKeys, query: String, savedSearchId: ID): OrderConnection! @read_orders
  ordersCount(query: String, savedSearchId: ID, limit: Int): Count @read_orders
  product(id: ID!): Product @read_products
  products(PAGE, sortKey: ProductSortKeys, query: String): ProductConnection! @read_products
  productsCount(query: String, limit: Int): Count @read_products
  productVariants(PAGE, sortKey: ProductVariantSortKeys, query: String): ProductVariantConnection! @read_products
  refund(id: ID!): Refund @read_orders
  shop: Shop!

type Mutation
  appUninstall: AppUninstallPayload
  appRevokeAccessScopes(scopes: [String!]!): AppRevokeAccessScopesPayload

type AppUninstallPayload
  app: App
  userErrors: [AppUninstallAppUninstallError!]!

type AppUninstallAppUninstallError
  code: AppUninstallAppUninstallErrorCode
  field: [String!]
  message: String!

type AppRevokeAccessScopesPayload
  revoked: [AccessScope!]
  userErrors: [AppRevokeAccessScopesAppRevokeScopeError!]!

type AppRevokeAccessScopesAppRevokeScopeError
  code: AppRevokeAccessScopesAppRevokeScopeErrorCode
  field: [String!]
  message: String!

type App
  id: ID!
  title: String!

type AppInstallation
  accessScopes: [AccessScope!]!
  app: App!
  id: ID!

type AccessScope
  description: String!
  handle: String!

type Shop
  contactEmail: String!
  createdAt: DateTime!
  currencyCode: CurrencyCode!
  email: String!
  enabledPresentmentCurrencies: [CurrencyCode!]!
  ianaTimezone: String!
  id: ID!
  myshopifyDomain: String!
  name: String!
  plan: ShopPlan!
  shopOwnerName: String!
  taxesIncluded: Boolean!
  taxShipping: Boolean!
  timezoneOffset: String!
  url: URL!

type ShopPlan
  displayName: String!
  partnerDevelopment: Boolean!
  publicDisplayName: String!
  shopifyPlus: Boolean!

type Count
  count: Int!
  precision: CountPrecision!

type PageInfo
  endCursor: String
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
  startCursor: String

type MoneyV2
  amount: Decimal!
  currencyCode: CurrencyCode!

type MoneyBag
  presentmentMoney: MoneyV2!
  shopMoney: MoneyV2!

type OrderApp
  id: ID!
  name: String!

type Order
  agreements(PAGE, query: String): SalesAgreementConnection!
  app: OrderApp
  cancelReason: OrderCancelReason
  cancelledAt: DateTime
  clientIp: String
  closed: Boolean!
  closedAt: DateTime
  confirmed: Boolean!
  createdAt: DateTime!
  currencyCode: CurrencyCode!
  currentTotalPriceSet: MoneyBag!
  customer: Customer @read_customers
  customerLocale: String
  discountCode: String
  discountCodes: [String!]!
  displayFinancialStatus: OrderDisplayFinancialStatus
  displayFulfillmentStatus: OrderDisplayFulfillmentStatus!
  disputes: [OrderDisputeSummary!]!
  edited: Boolean!
  email: String
  id: ID!
  legacyResourceId: UnsignedInt64!
  lineItems(PAGE): LineItemConnection!
  name: String!
  note: String
  paymentGatewayNames: [String!]!
  phone: String
  presentmentCurrencyCode: CurrencyCode!
  processedAt: DateTime!
  refunds(first: Int): [Refund!]!
  sourceName: String
  statusPageUrl: URL!
  tags: [String!]!
  taxesIncluded: Boolean!
  test: Boolean!
  totalPriceSet: MoneyBag!
  totalReceivedSet: MoneyBag!
  totalRefundedSet: MoneyBag!
  totalTipReceivedSet: MoneyBag!
  transactions(first: Int, capturable: Boolean, manuallyResolvable: Boolean): [OrderTransaction!]!
  updatedAt: DateTime!

type OrderDisputeSummary
  id: ID!
  initiatedAs: DisputeType!
  status: DisputeStatus!

type LineItem
  currentQuantity: Int!
  discountedTotalSet(withCodeDiscounts: Boolean): MoneyBag!
  id: ID!
  isGiftCard: Boolean!
  name: String!
  originalTotalSet: MoneyBag!
  product: Product @read_products
  quantity: Int!
  sku: String
  title: String!
  totalDiscountSet: MoneyBag!
  variant: ProductVariant @read_products
  variantTitle: String
  vendor: String

type Refund
  createdAt: DateTime
  id: ID!
  legacyResourceId: UnsignedInt64!
  note: String
  order: Order!
  processedAt: DateTime!
  refundLineItems(PAGE): RefundLineItemConnection!
  totalRefundedSet: MoneyBag!
  transactions(PAGE): OrderTransactionConnection!
  updatedAt: DateTime!

type RefundLineItem
  id: ID
  lineItem: LineItem!
  quantity: Int!
  restockType: RefundLineItemRestockType!
  restocked: Boolean!
  subtotalSet: MoneyBag!
  totalTaxSet: MoneyBag!

type OrderTransaction
  accountNumber: String
  amountSet: MoneyBag!
  authorizationCode: String
  createdAt: DateTime!
  formattedGateway: String
  gateway: String
  id: ID!
  kind: OrderTransactionKind!
  order: Order
  paymentId: String
  processedAt: DateTime
  receiptJson: JSON
  status: OrderTransactionStatus!
  test: Boolean!

type Customer
  amountSpent: MoneyV2!
  createdAt: DateTime!
  displayName: String!
  email: String
  firstName: String
  id: ID!
  lastName: String
  lastOrder: Order @read_orders
  legacyResourceId: UnsignedInt64!
  locale: String!
  multipassIdentifier: String
  note: String
  numberOfOrders: UnsignedInt64!
  orders(PAGE, sortKey: OrderSortKeys, query: String): OrderConnection! @read_orders
  phone: String
  state: CustomerState!
  tags: [String!]!
  unsubscribeUrl: URL!
  updatedAt: DateTime!

type Product
  createdAt: DateTime!
  handle: String!
  id: ID!
  isGiftCard: Boolean!
  legacyResourceId: UnsignedInt64!
  productType: String!
  status: ProductStatus!
  tags: [String!]!
  title: String!
  updatedAt: DateTime!
  variants(PAGE, sortKey: ProductVariantSortKeys): ProductVariantConnection!
  vendor: String!

type ProductVariant
  createdAt: DateTime!
  displayName: String!
  id: ID!
  legacyResourceId: UnsignedInt64!
  position: Int!
  price: Money!
  product: Product!
  sku: String
  title: String!
  updatedAt: DateTime!

type ShopifyPaymentsDispute
  amount: MoneyV2!
  finalizedOn: DateTime
  id: ID!
  initiatedAt: DateTime!
  legacyResourceId: UnsignedInt64!
  order: Order @read_orders
  status: DisputeStatus!
  type: DisputeType!
`;

const SORT = ['CREATED_AT', 'ID', 'UPDATED_AT'];

/** What the sandbox serves of the Admin API; a test holds it against the published schema. */
export const ADMIN_SCHEMA: Schema = readSchema(
  TEXT + LEDGER_TYPES,
  new Map([
    ['OrderSortKeys', [...SORT, 'ORDER_NUMBER', 'PROCESSED_AT']],
    ['CustomerSortKeys', SORT],
    ['ProductSortKeys', SORT],
    ['ProductVariantSortKeys', ['ID', 'POSITION']],
  ]),
);
