package dev.portcullis.edge;

import dev.portcullis.edge.api.PublicApi;
import dev.portcullis.edge.handshake.HandshakeHandler;
import dev.portcullis.edge.listener.BoundedHttpServer;
import dev.portcullis.edge.listener.HealthAnswer;
import dev.portcullis.edge.listener.HttpRefusalLog;
import dev.portcullis.edge.listener.HttpServerSettings;
import dev.portcullis.edge.listener.PublicRequestHandler;
import dev.portcullis.edge.socketio.SocketIoEndpoint;
import dev.portcullis.http.HttpConfig.ProxyProtocol;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.routing.Router;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;

/** The listener for clients of one instance: which request goes where, and within which bounds. */
record PublicListener(Edge edge, int instance) {

    Future<?> open(HandshakeHandler handshakes, Optional<SocketIoEndpoint> socketIo) {
        PublicRequestHandler requests = requestHandler(handshakes, socketIo);
        HttpServerOptions options = HttpServerSettings.options(
                edge.config.http(), edge.config.tls(), edge.config.edge().socket());
        BoundedHttpServer server =
                new BoundedHttpServer(edge.front.pending(), edge.config.http().headerLines(), edge.memory::isExceeded);
        return (edge.config.http().proxyProtocol() == ProxyProtocol.REQUIRED ? server.behindProxies() : server)
                .create(edge.services.vertx(), options)
                .requestHandler(requests::handle)
                .invalidRequestHandler(requests::handleInvalid)
                .listen(HttpServerSettings.address(edge.config.http()))
                .onSuccess(this::opened);
    }

    private PublicRequestHandler requestHandler(HandshakeHandler handshakes, Optional<SocketIoEndpoint> socketIo) {
        HttpRefusalLog refusals =
                new HttpRefusalLog(edge.services.audit(), edge.front.proxies(), edge.anomaly.addresses());
        ApiContract contract = ApiContract.published();
        Router router = new PublicRoutes(edge)
                .router(contract, refusals::record)
                .bind(PublicApi.OPEN_WEB_SOCKET, request -> handshakes.handle(request.http()))
                .build();
        PublicRequestHandler.Limits limits = new PublicRequestHandler.Limits(
                edge.config.tls().required(),
                edge.front.pending(),
                edge.instances::draining,
                edge.front.budget(),
                edge.front.addresses(),
                edge.config.http().requestsPerConnection(),
                edge.front.proxies(),
                edge.services.metrics());
        return new PublicRequestHandler(
                router,
                edge.front.responses(),
                refusals,
                limits,
                contract.operation(PublicApi.OPEN_WEB_SOCKET).path().toString(),
                socketIo.map(endpoint ->
                                Map.<String, Handler<HttpServerRequest>>of(SocketIoEndpoint.PATH, endpoint::handle))
                        .orElse(Map.of()),
                edge.config.http().health()
                        ? Optional.of(new HealthAnswer(edge.services.ready(), edge.front.responses()))
                        : Optional.empty());
    }

    private void opened(HttpServer open) {
        edge.instances.listening(open);
        if (instance == 0) {
            edge.certificates.begin(edge.config.tls());
        }
    }
}
