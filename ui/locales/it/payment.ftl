payment-title = Pagamento
