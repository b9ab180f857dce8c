package dev.portcullis.edge;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.edge.api.UserApi;
import dev.portcullis.edge.handshake.HandshakeRules;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.edge.tcp.PendingConnectionLimit;
import dev.portcullis.edge.tcp.PendingEnd;
import dev.portcullis.edge.tcp.PendingTimes;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.CorsRule;
import dev.portcullis.http.HttpConfig;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.OriginRule;
import dev.portcullis.http.TransportSecurity;
import dev.portcullis.http.routing.BodyLimiter;
import dev.portcullis.http.routing.BodyMemory;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.reputation.AddressGate;
import dev.portcullis.ratelimit.window.AddressWindows;

/** The checks that the public listener makes before it asks any stage. */
record HttpFront(
        PendingConnectionLimit pending,
        RequestBudget budget,
        HandshakeRules rules,
        AddressGate addresses,
        ClientAddress proxies,
        HttpResponses responses,
        CorsRule cors,
        BodyLimiter bodies) {
    static HttpFront of(EdgeServices services, EdgeSections config, EdgeInstances instances, BodyMemory memory) {
        ClientAddress proxies = new ClientAddress(
                config.http().trustedProxies(),
                request -> HttpChannel.of(request.connection()).peer(),
                request -> HttpChannel.of(request.connection()).mayForward());
        OriginRule origins = new OriginRule(config.origin());
        CorsRule cors = new CorsRule(origins);
        AddressWindows rates = new AddressWindows(
                Window.MINUTE, config.http().requestsPerMinute(), config.http().trackedAddresses());
        return new HttpFront(
                new PendingConnectionLimit(
                        config.edge().connections().pending(times(config.http())),
                        proxies,
                        services.audit(),
                        services.metrics()
                                .counters(Metric.PENDING_CONNECTIONS_CLOSED, PendingEnd.class, PendingEnd::id)),
                new RequestBudget(rates, proxies, cors, UserApi.loginPaths()),
                new HandshakeRules(config.tls().required(), instances::draining, origins, config.handshake()),
                new AddressGate(services.bans()::ofAddress, services.reputation()),
                proxies,
                new HttpResponses(
                        new TransportSecurity(proxies),
                        request -> HttpChannel.of(request.connection()).isSecure()),
                cors,
                new BodyLimiter(memory, config.http().bodiesPerAddress()));
    }

    private static PendingTimes times(HttpConfig http) {
        return new PendingTimes(http.handshakeMs(), http.callMs(), http.proxyKeepAliveMs(), http.handshakeMs());
    }
}
