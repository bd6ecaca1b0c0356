public import TollMerchant
public import TollWallet

extension BrokerClient: RedeemingBroker {}

extension BrokerClient: FundingBroker {}
