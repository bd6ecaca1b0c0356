import Logging
import PayWord
import ServiceLifecycle
import TollBrokerAPI
import TollCLI
import TollMerchant
import TollOperator

extension MerchantOperator {
    /// The services around those that take payments, in the order in which they start; they stop the
    /// other way round. So the operator's address tells at once that the merchant stops, and stays
    /// until it has.
    func services(
        at place: Endpoint, of merchant: Merchant, _ home: MerchantHome,
        _ redeeming: (redeemer: Redeemer, clients: [BrokerClient]), _ logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void
    ) throws(Refusal) -> (first: [any Service], last: any Service) {
        startCounting()
        let isScheduled = try home.redemptionSchedule != nil
        addGauges(
            of: merchant, home,
            redeeming: isScheduled ? redeeming.redeemer.brokers.keys.sorted() : [])
        let readiness = readiness(home)
        let server = OperatorServer(
            host: place.host, port: place.port, metrics: metrics, readiness: readiness,
            logger: logger, onListening: { onListening($0) })
        let watch = MerchantWatch(
            watched: self, home: home,
            clients: zip(home.settings.brokers, redeeming.clients).map { entry, client in
                (url: entry.url, client: client)
            },
            logger: logger)
        return ([server, watch], DrainNotice(onDrain: { readiness.drain() }))
    }
}
