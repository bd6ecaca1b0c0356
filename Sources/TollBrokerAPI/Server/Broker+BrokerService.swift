public import TollBroker

/// The broker itself is what the server serves.
extension Broker: BrokerService {}
