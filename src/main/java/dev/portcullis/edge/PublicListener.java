package dev.portcullis.edge;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.edge.api.ApiAudit;
import dev.portcullis.edge.api.ApiGates;
import dev.portcullis.edge.api.LimitedCalls;
import dev.portcullis.edge.api.PublicApi;
import dev.portcullis.edge.api.PublicPages;
import dev.portcullis.edge.api.UserApi;
import dev.portcullis.edge.api.rooms.RoomStages;
import dev.portcullis.edge.api.rooms.RoomsApi;
import dev.portcullis.edge.files.FileApi;
import dev.portcullis.edge.files.FileLog;
import dev.portcullis.edge.files.FileRights;
import dev.portcullis.edge.files.FileTransfers;
import dev.portcullis.edge.handshake.HandshakeHandler;
import dev.portcullis.edge.listener.BoundedHttpServer;
import dev.portcullis.edge.listener.HealthAnswer;
import dev.portcullis.edge.listener.HttpRefusalLog;
import dev.portcullis.edge.listener.HttpServerSettings;
import dev.portcullis.edge.listener.PublicRequestHandler;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.edge.socketio.SocketIoEndpoint;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.http.HttpConfig.ProxyProtocol;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.http.routing.Router;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.rooms.RoomAdministration;
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
                new BoundedHttpServer(edge.pending, edge.config.http().headerLines(), edge.memory::isExceeded);
        return (edge.config.http().proxyProtocol() == ProxyProtocol.REQUIRED ? server.behindProxies() : server)
                .create(edge.services.vertx(), options)
                .requestHandler(requests::handle)
                .invalidRequestHandler(requests::handleInvalid)
                .listen(HttpServerSettings.address(edge.config.http()))
                .onSuccess(this::opened);
    }

    private void opened(HttpServer open) {
        edge.instances.listening(open);
        if (instance == 0) {
            edge.certificates.begin(edge.config.tls());
        }
    }

    private PublicRequestHandler requestHandler(HandshakeHandler handshakes, Optional<SocketIoEndpoint> socketIo) {
        HttpRefusalLog refusals = new HttpRefusalLog(edge.services.audit(), edge.proxies, edge.anomaly.addresses());
        ApiContract contract = ApiContract.published();
        Router router = routes(contract, refusals)
                .bind(PublicApi.OPEN_WEB_SOCKET, request -> handshakes.handle(request.http()))
                .build();
        PublicRequestHandler.Limits limits = new PublicRequestHandler.Limits(
                edge.config.tls().required(),
                edge.pending,
                edge.instances::draining,
                edge.budget,
                edge.addresses,
                edge.config.http().requestsPerConnection(),
                edge.proxies,
                edge.services.metrics());
        return new PublicRequestHandler(
                router,
                edge.responses,
                refusals,
                limits,
                contract.operation(PublicApi.OPEN_WEB_SOCKET).path().toString(),
                socketIo.map(endpoint ->
                                Map.<String, Handler<HttpServerRequest>>of(SocketIoEndpoint.PATH, endpoint::handle))
                        .orElse(Map.of()),
                edge.config.http().health()
                        ? Optional.of(new HealthAnswer(edge.services.ready(), edge.responses))
                        : Optional.empty());
    }

    /** All but the one that opens a WebSocket. */
    private RouterBuilder routes(ApiContract contract, HttpRefusalLog refusals) {
        RouterBuilder router = new RouterBuilder(contract, Listener.PUBLIC, edge.responses, refusals::record)
                .cors(edge.cors)
                .refusingWritesIf(edge.services.mayHaveWaited())
                .bodies(edge.bodies);
        if (edge.config.http().pages()) {
            router.pages(PublicPages.files(edge.config.accounts()));
        }
        return fileApi()
                .bind(roomsApi()
                        .bind(userApi()
                                .bind(PublicApi.bindFiles(
                                        router, edge.config.events().types()))));
    }

    private RoomsApi roomsApi() {
        return new RoomsApi(
                new RoomStages(
                        edge.limiter,
                        new RoomAdministration(edge.services.bus(), edge.services.clock()),
                        new MembershipEnd(edge.rooms, edge.broadcaster),
                        edge.broadcaster),
                apiAudit(),
                edge.services.clock());
    }

    private ApiAudit apiAudit() {
        return new ApiAudit(edge.services.audit(), edge.proxies);
    }

    private FileApi fileApi() {
        return new FileApi(
                edge.services.uploads().get(),
                new FileRights(edge.authenticator, edge.rooms, edge::isBanned),
                new FileTransfers(edge.pending, edge.instances::draining, edge.proxies),
                new FileLog(edge.services.audit(), edge.proxies, edge.files),
                edge.budget,
                edge.owedLookups,
                new LimitedCalls(edge.limiter, apiAudit()));
    }

    private Optional<String> accessCookie() {
        AuthConfig auth = edge.config.auth();
        return Optional.of(auth.cookieName()).filter(any -> auth.accepts(CredentialSource.COOKIE));
    }

    private UserApi userApi() {
        return new UserApi(
                new UserApi.Stages(
                        edge.authenticator,
                        edge.limiter,
                        edge.refusedTokens,
                        edge.accounts,
                        edge.links,
                        edge.logins,
                        edge.messages,
                        edge.rooms,
                        edge.services.deletion()),
                new UserApi.Rules(
                        edge.config.accounts().enabled(),
                        edge.config.accounts().mails(),
                        edge.config.accounts().accessTokenMs(),
                        edge.config.stuffing().knownMs(),
                        accessCookie(),
                        edge.config.csrf()),
                new ApiGates(edge.addresses, edge::isBanned),
                edge.budget,
                request -> HttpChannel.of(request.connection()).certificate(),
                edge.services.audit(),
                edge.proxies,
                edge.services.clock());
    }
}
