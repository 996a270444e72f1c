import { rpc } from 'countersign';

export const cartService = {
  AddItem: rpc('hipstershop.CartService/AddItem'),
  GetCart: rpc('hipstershop.CartService/GetCart'),
  EmptyCart: rpc('hipstershop.CartService/EmptyCart'),
} as const;

export const recommendationService = {
  ListRecommendations: rpc('hipstershop.RecommendationService/ListRecommendations'),
} as const;

export const productCatalogService = {
  ListProducts: rpc('hipstershop.ProductCatalogService/ListProducts'),
  GetProduct: rpc('hipstershop.ProductCatalogService/GetProduct'),
  SearchProducts: rpc('hipstershop.ProductCatalogService/SearchProducts'),
} as const;

export const shippingService = {
  GetQuote: rpc('hipstershop.ShippingService/GetQuote'),
  ShipOrder: rpc('hipstershop.ShippingService/ShipOrder'),
} as const;

export const currencyService = {
  GetSupportedCurrencies: rpc('hipstershop.CurrencyService/GetSupportedCurrencies'),
  Convert: rpc('hipstershop.CurrencyService/Convert'),
} as const;

export const paymentService = {
  Charge: rpc('hipstershop.PaymentService/Charge'),
} as const;

export const emailService = {
  SendOrderConfirmation: rpc('hipstershop.EmailService/SendOrderConfirmation'),
} as const;

export const checkoutService = {
  PlaceOrder: rpc('hipstershop.CheckoutService/PlaceOrder'),
} as const;

export const adService = {
  GetAds: rpc('hipstershop.AdService/GetAds'),
} as const;
