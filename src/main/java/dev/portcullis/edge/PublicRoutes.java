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
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.edge.tcp.HttpChannel;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.contract.Operation.Listener;
import dev.portcullis.http.routing.BodyReader;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.RoomAdministration;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.BiFunction;

/** Binds the calls of the public listener. */
record PublicRoutes(Edge edge) {

    /** All but the one that opens a WebSocket. */
    RouterBuilder router(ApiContract contract, BiFunction<HttpServerRequest, HttpRefusal, String> auditRefusal) {
        RouterBuilder router = new RouterBuilder(contract, Listener.PUBLIC, edge.front.responses(), auditRefusal)
                .cors(edge.front.cors())
                .refusingWritesIf(edge.services.mayHaveWaited())
                .bodies(new BodyReader(
                        edge.services.vertx(),
                        edge.front.bodies(),
                        edge.front.proxies(),
                        edge.config.http().bodyMs()));
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
                        edge.stages.limiter(),
                        new RoomAdministration(edge.services.bus(), edge.services.clock()),
                        new MembershipEnd(edge.stages.rooms(), edge.stages.broadcaster()),
                        edge.stages.broadcaster()),
                apiAudit(),
                edge.services.clock());
    }

    private ApiAudit apiAudit() {
        return new ApiAudit(edge.services.audit(), edge.front.proxies());
    }

    private FileApi fileApi() {
        return new FileApi(
                edge.services.uploads().get(),
                new FileRights(edge.stages.authenticator(), edge.stages.rooms(), this::isBanned),
                new FileTransfers(edge.front.pending(), edge.instances::draining, edge.front.proxies()),
                new FileLog(edge.services.audit(), edge.front.proxies(), edge.files),
                edge.front.budget(),
                edge.owedLookups,
                new LimitedCalls(edge.stages.limiter(), apiAudit()));
    }

    private boolean isBanned(UserId user) {
        return edge.services.bans().ofUser(user).isPresent();
    }

    private Optional<String> accessCookie() {
        AuthConfig auth = edge.config.auth();
        return Optional.of(auth.cookieName()).filter(any -> auth.accepts(CredentialSource.COOKIE));
    }

    private UserApi userApi() {
        return new UserApi(
                new UserApi.Stages(
                        edge.stages.authenticator(),
                        edge.stages.limiter(),
                        edge.stages.refusedTokens(),
                        edge.stages.accounts(),
                        edge.stages.links(),
                        edge.stages.logins(),
                        edge.stages.messages(),
                        edge.stages.rooms(),
                        edge.services.deletion()),
                new UserApi.Rules(
                        edge.config.accounts().enabled(),
                        edge.config.accounts().mails(),
                        edge.config.accounts().accessTokenMs(),
                        edge.config.stuffing().knownMs(),
                        accessCookie(),
                        edge.config.csrf()),
                new ApiGates(edge.front.addresses(), this::isBanned),
                edge.front.budget(),
                request -> HttpChannel.of(request.connection()).certificate(),
                edge.services.audit(),
                edge.front.proxies(),
                edge.services.clock());
    }
}
