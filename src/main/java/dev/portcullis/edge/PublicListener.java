package dev.portcullis.edge;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.account.AccountsConfig;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.edge.api.AccountApi;
import dev.portcullis.edge.api.ApiAudit;
import dev.portcullis.edge.api.ApiCalls;
import dev.portcullis.edge.api.AuthCookies;
import dev.portcullis.edge.api.BlockApi;
import dev.portcullis.edge.api.DemoLoginApi;
import dev.portcullis.edge.api.FactorApi;
import dev.portcullis.edge.api.MailedLinkApi;
import dev.portcullis.edge.api.OwnAccountApi;
import dev.portcullis.edge.api.PasswordCalls;
import dev.portcullis.edge.api.PublicApi;
import dev.portcullis.edge.api.PublicPages;
import dev.portcullis.edge.api.SearchApi;
import dev.portcullis.edge.api.UserGuard;
import dev.portcullis.edge.api.rooms.RoomsApi;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.files.FileApi;
import dev.portcullis.edge.files.FileRights;
import dev.portcullis.edge.files.FileTransfers;
import dev.portcullis.edge.handshake.HandshakeHandler;
import dev.portcullis.edge.listener.BoundedHttpServer;
import dev.portcullis.edge.listener.HealthAnswer;
import dev.portcullis.edge.listener.HttpRefusalLog;
import dev.portcullis.edge.listener.HttpServerSettings;
import dev.portcullis.edge.listener.PublicRequestHandler;
import dev.portcullis.edge.socketio.SocketIoEndpoint;
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
record PublicListener(Edge edge, int instance, ReplyReservations reservations) {

    Future<?> open(HandshakeHandler handshakes, Optional<SocketIoEndpoint> socketIo) {
        PublicRequestHandler requests = requestHandler(handshakes, socketIo);
        HttpServerOptions options = HttpServerSettings.options(
                edge.config.http(), edge.config.tls(), edge.config.edge().socket());
        BoundedHttpServer server = new BoundedHttpServer(
                edge.pending,
                edge.config.http().headerLines(),
                edge.memory::isExceeded,
                edge.config.http().proxyProtocol() == ProxyProtocol.REQUIRED,
                edge.instances.count());
        return server.create(edge.services.vertx(), options)
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
        PublicApi.bindFiles(router, edge.config.events().types());
        ApiAudit audit = new ApiAudit(edge.services.audit(), edge.proxies);
        userGuard(audit).guard(router);
        ApiCalls calls = new ApiCalls(edge.limiter, audit);
        bindAccounts(router, calls);
        new DemoLoginApi(edge.authenticator, calls)
                .bind(router, edge.config.auth().demoLogin());
        new BlockApi(edge.messages, edge.rooms, calls).bind(router);
        new SearchApi(edge.search, reservations, calls).bind(router);
        roomsApi(calls).bind(router);
        fileApi(calls).bind(router);
        return router;
    }

    private UserGuard userGuard(ApiAudit audit) {
        return new UserGuard(
                edge.authenticator,
                edge.limiter,
                edge.refusedTokens,
                edge.budget,
                edge.addresses,
                edge::isBanned,
                accessCookie(),
                edge.config.csrf(),
                audit);
    }

    private void bindAccounts(RouterBuilder router, ApiCalls calls) {
        AccountsConfig config = edge.config.accounts();
        PasswordCalls passwords = new PasswordCalls(edge.accounts, edge.logins);
        AuthCookies cookies = new AuthCookies(
                accessCookie(), config.accessTokenMs(), edge.config.stuffing().knownMs(), edge.services.clock());
        new AccountApi(edge.accounts, passwords, calls, edge.addresses, edge::isBanned, edge.budget, cookies)
                .bind(router, config.enabled());
        new OwnAccountApi(edge.accounts, passwords, calls, edge.services.deletion(), cookies, edge.services.clock())
                .bind(router, config.enabled());
        new FactorApi(edge.accounts, passwords, calls).bind(router, config.enabled());
        new MailedLinkApi(edge.links, passwords, calls, edge.addresses, edge.budget, cookies)
                .bind(router, config.mails());
    }

    /** Empty where no cookie may hold an access token. */
    private Optional<String> accessCookie() {
        AuthConfig auth = edge.config.auth();
        return Optional.of(auth.cookieName()).filter(any -> auth.accepts(CredentialSource.COOKIE));
    }

    private RoomsApi roomsApi(ApiCalls calls) {
        return new RoomsApi(
                new RoomAdministration(edge.services.bus(), edge.services.clock()),
                edge.membershipEnd,
                edge.broadcaster,
                calls,
                edge.services.clock());
    }

    private FileApi fileApi(ApiCalls calls) {
        return new FileApi(
                edge.services.uploads().get(),
                new FileRights(edge.authenticator, edge.rooms, edge::isBanned),
                new FileTransfers(edge.pending, edge.instances::draining, edge.proxies),
                edge.files,
                edge.budget,
                edge.owedLookups,
                calls);
    }
}
