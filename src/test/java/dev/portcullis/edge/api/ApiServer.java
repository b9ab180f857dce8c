package dev.portcullis.edge.api;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.ScriptedVerifier;
import dev.portcullis.auth.account.AccountProfile;
import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.Accounts.ChooseRefresh;
import dev.portcullis.auth.account.Accounts.FactorBegun;
import dev.portcullis.auth.account.Accounts.FactorConfirmed;
import dev.portcullis.auth.account.Accounts.FactorFound;
import dev.portcullis.auth.account.Accounts.FactorRemoved;
import dev.portcullis.auth.account.Accounts.FactorStatus;
import dev.portcullis.auth.account.Accounts.Found;
import dev.portcullis.auth.account.Accounts.LogOut;
import dev.portcullis.auth.account.Accounts.LoggedOut;
import dev.portcullis.auth.account.Accounts.LoginEnded;
import dev.portcullis.auth.account.Accounts.LoginList;
import dev.portcullis.auth.account.Accounts.NewFactor;
import dev.portcullis.auth.account.Accounts.PasswordChecked;
import dev.portcullis.auth.account.Grant;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.account.GrantResult;
import dev.portcullis.auth.account.LoginEntry;
import dev.portcullis.auth.account.MailedLinks;
import dev.portcullis.auth.account.MailedLinks.LinkUsed;
import dev.portcullis.auth.account.MailedLinks.Resent;
import dev.portcullis.auth.account.MailedLinks.ResetAsked;
import dev.portcullis.auth.refresh.RefreshChoice;
import dev.portcullis.auth.token.TestClaims;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Live;
import dev.portcullis.edge.api.OwnAccountApi.AccountDeletion;
import dev.portcullis.edge.api.rooms.RoomsApi;
import dev.portcullis.edge.connection.ReplyReservations;
import dev.portcullis.edge.listener.ContractServer;
import dev.portcullis.edge.membership.MembershipEnd;
import dev.portcullis.edge.search.MessageSearch;
import dev.portcullis.edge.session.RefusedTokens;
import dev.portcullis.edge.socket.TimerWheel;
import dev.portcullis.edge.transport.MemoryBudget;
import dev.portcullis.events.EventTypes;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.kit.LimitRecord;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Reply;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.UserId;
import dev.portcullis.ratelimit.EmbeddedCounterStore;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.RateLimitVerticle;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanFixture;
import dev.portcullis.ratelimit.ban.BanList;
import dev.portcullis.ratelimit.login.LoginFixture;
import dev.portcullis.ratelimit.login.LoginLimiter;
import dev.portcullis.ratelimit.reputation.AddressGate;
import dev.portcullis.ratelimit.reputation.AddressReputation.Standing;
import dev.portcullis.ratelimit.stuffing.StuffingLimiter;
import dev.portcullis.rooms.RoomAdministration;
import dev.portcullis.rooms.RoomAuthorizer;
import dev.portcullis.store.embedded.EmbeddedStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** The public listener with the calls of users, over a bus on which the accounts answer what a test says. */
final class ApiServer implements AutoCloseable {
    static final String ACCESS_COOKIE = "__Host-portcullis_token";
    static final long NOW = 1_780_000_000_000L;
    static final AccountProfile ANN =
            new AccountProfile(new UserId("u:ann"), "Ann", "ann@example.org", Optional.empty());

    /** The access token of Ann's login, its CSRF token, and the login. */
    static final String TOKEN = "ann-token";

    static final String CSRF = "ann-csrf";
    static final String FAMILY = "ann-login";

    final AtomicLong clock = new AtomicLong(NOW);
    final RecordedEvents events = new RecordedEvents();
    private volatile BanList bans = new BanList(List.of());
    private volatile Standing standing = Standing.UNKNOWN;
    volatile boolean waited; // each write, for as long as this is set
    final Audit audit = new Audit(new AuditConfig(10_000, 100), System::currentTimeMillis, events);
    final List<Ban> banned = new CopyOnWriteArrayList<>();
    final List<Object> asked = new CopyOnWriteArrayList<>();
    final ScriptedVerifier tokens;
    volatile Function<Object, Future<GrantResult>> accounts =
            any -> Future.succeededFuture(new GrantResult.Granted(grant(false)));
    volatile Optional<List<LoginEntry>> logins = Optional.empty();
    volatile Optional<FactorStatus> factor = Optional.empty();
    volatile long resendWaitMs;
    volatile Optional<Future<Void>> deletion = Optional.of(Future.succeededFuture());
    volatile boolean placeForDeletion = true;
    volatile boolean held;
    volatile RefreshChoice choice = new RefreshChoice.SeveralUsers();
    volatile Future<Optional<AccountProfile>> profile = Future.succeededFuture(Optional.of(ANN));
    final Bus bus;
    private final EmbeddedStore disk;
    private final ContractServer server;

    /** What a test changes. */
    record Settings(
            boolean accounts, Optional<String> cookie, CsrfConfig.Require csrf, long bodyMs, List<String> limits) {
        static final Settings STANDARD = new Settings(
                        true, Optional.of(ACCESS_COOKIE), CsrfConfig.Require.COOKIE, 10_000, TestNode.GENEROUS)
                .limitedBy("ratelimit.login=5", "ratelimit.loginFailures=10");

        Settings with(CsrfConfig.Require require) {
            return new Settings(accounts, cookie, require, bodyMs, limits);
        }

        Settings limitedBy(String... sets) {
            List<String> all = new ArrayList<>(limits);
            all.addAll(Arrays.asList(sets));
            return new Settings(accounts, cookie, csrf, bodyMs, all);
        }
    }

    /** The bans from now on. */
    void ban(Ban... all) {
        bans = new BanList(List.of(all));
    }

    /** What is known from now on of each address. */
    void standing(Standing of) {
        standing = of;
    }

    ApiServer(Settings settings) throws Exception {
        NodeConfig config = ConfigFile.load(
                        Path.of("conf/dev.json"), limits(settings), Map.of(), NodeConfigReader::read)
                .fold(loaded -> loaded.value(), failed -> {
                    throw new AssertionError(failed.problems().toString());
                });
        Live<RateLimitConfig> limits = Live.fixed(config.ratelimit());
        LimitRecord record = new LimitRecord(clock::get);
        Vertx vertx = Vertx.vertx();
        bus = new Bus(vertx, "n1", new BusConfig(30_000, 1_000));
        disk = EmbeddedStore.open(config.store(), (operation, nanos) -> {});
        EmbeddedCounterStore counters =
                EmbeddedCounterStore.open(disk, limits, clock::get).await(30, TimeUnit.SECONDS);
        vertx.deployVerticle(new RateLimitVerticle(
                        0,
                        bus,
                        counters,
                        LoginFixture.counters(clock::get),
                        LoginFixture.defences(config.stuffing(), any -> false, this::keep, events, clock::get),
                        BanFixture.service(bus, disk, clock::get),
                        limits,
                        record.sinks(limits)))
                .await(30, TimeUnit.SECONDS);
        tokens = new ScriptedVerifier(bus);
        tokens.accept(TOKEN, TestClaims.of(ANN.id().value(), Optional.of(FAMILY), Optional.of(CSRF)));
        answer(bus);
        RateLimiter limiter = new RateLimiter(bus, limits, record.observed());
        server = new ContractServer(
                vertx,
                audit,
                ApiContract.published(),
                settings.bodyMs(),
                100,
                1L << 20,
                router -> bind(router.refusingWritesIf(readAt -> waited), vertx, config, limiter, settings));
    }

    private RouterBuilder bind(
            RouterBuilder router, Vertx vertx, NodeConfig config, RateLimiter limiter, Settings settings) {
        ApiAudit log = new ApiAudit(audit, new ClientAddress(List.of()));
        ApiCalls calls = new ApiCalls(limiter, log);
        AddressGate addresses = new AddressGate(
                address -> bans.ofAddress(address, clock.get()), address -> Future.succeededFuture(standing));
        new UserGuard(
                        new Authenticator(vertx, bus, clock::get),
                        limiter,
                        new RefusedTokens(new StuffingLimiter(bus, config.stuffing())),
                        ContractServer.BUDGET,
                        addresses,
                        this::isBanned,
                        settings.cookie(),
                        new CsrfConfig(settings.csrf(), 1_800_000, 60_000),
                        log)
                .guard(router);
        bindAccounts(router, config, calls, addresses, settings);
        Broadcaster broadcaster = new Broadcaster(vertx, bus, config.broadcast(), clock::get);
        RoomAuthorizer authorizer = new RoomAuthorizer(bus);
        new BlockApi(new DirectMessages(bus, clock::get), authorizer, calls).bind(router);
        new SearchApi(
                        new MessageSearch(authorizer, broadcaster),
                        new ReplyReservations(new MemoryBudget(1 << 26), Runnable::run, new TimerWheel(vertx)),
                        calls)
                .bind(router);
        new RoomsApi(
                        new RoomAdministration(bus, System::currentTimeMillis),
                        new MembershipEnd(authorizer, broadcaster),
                        broadcaster,
                        calls,
                        clock::get)
                .bind(router);
        return PublicApi.bindFiles(router, EventTypes.NONE)
                .bind(PublicApi.OPEN_WEB_SOCKET, request -> request.send(204))
                .bind("logInForDemo", false, request -> request.refuse(HttpRefusal.NOT_FOUND))
                .bind("uploadFile", false, request -> request.refuse(HttpRefusal.NOT_FOUND))
                .bind("downloadFile", false, request -> request.refuse(HttpRefusal.NOT_FOUND));
    }

    private void bindAccounts(
            RouterBuilder router, NodeConfig config, ApiCalls calls, AddressGate addresses, Settings settings) {
        Accounts stage = new Accounts(bus);
        PasswordCalls passwords = new PasswordCalls(
                stage, new LoginLimiter(bus, () -> config.ratelimit().login()));
        AuthCookies cookies =
                new AuthCookies(settings.cookie(), 900_000, config.stuffing().knownMs(), clock::get);
        boolean enabled = settings.accounts();
        new AccountApi(stage, passwords, calls, addresses, this::isBanned, ContractServer.BUDGET, cookies)
                .bind(router, enabled);
        new OwnAccountApi(stage, passwords, calls, deletion(), cookies, clock::get).bind(router, enabled);
        new FactorApi(stage, passwords, calls).bind(router, enabled);
        new MailedLinkApi(new MailedLinks(bus), passwords, calls, addresses, ContractServer.BUDGET, cookies)
                .bind(router, enabled);
    }

    private boolean isBanned(UserId user) {
        return bans.ofUser(user, clock.get()).isPresent();
    }

    private Future<Optional<Ban>> keep(Ban ban) {
        banned.add(ban);
        return Future.succeededFuture(Optional.of(ban));
    }

    private static List<String> limits(Settings settings) {
        List<String> all = new ArrayList<>(settings.limits());
        all.addAll(TestNode.HERE);
        return all;
    }

    private void answer(Bus bus) throws Exception {
        Future.all(
                        bus.answer(Accounts.REGISTER, 0, this::result),
                        bus.answer(Accounts.LOG_IN, 0, this::result),
                        bus.answer(Accounts.REFRESH, 0, this::result),
                        bus.answer(Accounts.CHOOSE_REFRESH, 0, this::chosen),
                        bus.answer(Accounts.CHANGE_PASSWORD, 0, this::result),
                        bus.answer(Accounts.LOG_OUT, 0, this::loggedOut),
                        bus.answer(Accounts.FIND, 0, find -> profile.map(Found::new)),
                        answerOwn(bus),
                        answerFactors(bus),
                        answerLinks(bus))
                .await(30, TimeUnit.SECONDS);
    }

    private Future<?> answerOwn(Bus bus) {
        return Future.all(
                bus.answer(
                        Accounts.CHECK_PASSWORD,
                        0,
                        check -> Future.succeededFuture(new PasswordChecked(accounts.apply(check)
                                .result()
                                .fold(grant -> Optional.empty(), refused -> Optional.of(refused.why()))))),
                bus.answer(Accounts.LIST_LOGINS, 0, list -> Future.succeededFuture(new LoginList(logins))),
                bus.answer(Accounts.END_LOGIN, 0, end -> {
                    asked.add(end);
                    return Future.succeededFuture(new LoginEnded(logins.stream()
                            .flatMap(List::stream)
                            .anyMatch(login -> login.sid().equals(end.sid()))));
                }));
    }

    private Future<?> answerFactors(Bus bus) {
        return Future.all(
                bus.answer(
                        Accounts.BEGIN_FACTOR,
                        0,
                        begin -> Future.succeededFuture(new FactorBegun(
                                refusal(begin), Optional.of(new NewFactor("SECRET", "otpauth://totp/x"))))),
                bus.answer(
                        Accounts.CONFIRM_FACTOR,
                        0,
                        confirm ->
                                Future.succeededFuture(new FactorConfirmed(refusal(confirm), List.of("one", "two")))),
                bus.answer(
                        Accounts.REMOVE_FACTOR,
                        0,
                        remove -> Future.succeededFuture(new FactorRemoved(refusal(remove)))),
                bus.answer(Accounts.FIND_FACTOR, 0, find -> Future.succeededFuture(new FactorFound(factor))));
    }

    private Future<?> answerLinks(Bus bus) {
        return Future.all(
                bus.answer(
                        MailedLinks.VERIFY,
                        0,
                        verify -> Future.succeededFuture(new LinkUsed(refusal(verify), of(ANN)))),
                bus.answer(
                        MailedLinks.RESEND,
                        0,
                        resend -> Future.succeededFuture(new Resent(refusal(resend), resendWaitMs))),
                bus.answer(MailedLinks.ASK_RESET, 0, asking -> Future.succeededFuture(new ResetAsked(refusal(asking)))),
                bus.answer(
                        MailedLinks.RESET, 0, reset -> Future.succeededFuture(new LinkUsed(refusal(reset), of(ANN)))));
    }

    private static Optional<UserId> of(AccountProfile profile) {
        return Optional.of(profile.id());
    }

    private Optional<GrantRefusal> refusal(Object question) {
        return result(question).result().fold(grant -> Optional.empty(), refused -> Optional.of(refused.why()));
    }

    private AccountDeletion deletion() {
        return new AccountDeletion() {
            @Override
            public boolean hasPlaceFor(UserId user) {
                return placeForDeletion;
            }

            @Override
            public Future<Boolean> isHeld(UserId user) {
                return Future.succeededFuture(held);
            }

            @Override
            public Optional<Future<Void>> begin(UserId user) {
                asked.add(user);
                return deletion;
            }
        };
    }

    private Future<GrantResult> result(Object question) {
        asked.add(question);
        return accounts.apply(question);
    }

    private Future<RefreshChoice> chosen(ChooseRefresh question) {
        asked.add(question);
        return Future.succeededFuture(choice);
    }

    private Future<LoggedOut> loggedOut(LogOut question) {
        asked.add(question);
        return Future.succeededFuture(new LoggedOut());
    }

    void refuseWith(GrantRefusal why) {
        accounts = any -> Future.succeededFuture(new GrantResult.Refused(why));
    }

    static Grant grant(boolean inBody) {
        return new Grant("access.jwt.x", NOW + 900_000, "csrf-1", "refresh-1", NOW + 604_800_000, inBody, ANN);
    }

    RawPeer peer() {
        return server.peer();
    }

    /** Calls with a JSON body. */
    Reply post(String path, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type: application/json"));
        all.addAll(List.of(headers));
        return call("POST", path, Optional.of(body), all.toArray(String[]::new));
    }

    Reply call(String method, String path, Optional<String> body, String... headers) {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        List.of(headers).forEach(line -> text.append(line).append("\r\n"));
        byte[] utf8 = body.orElse("").getBytes(StandardCharsets.UTF_8);
        body.ifPresent(
                any -> text.append("Content-Length: ").append(utf8.length).append("\r\n"));
        try (RawPeer peer = peer()) {
            return peer.request(text + "\r\n" + new String(utf8, StandardCharsets.ISO_8859_1));
        }
    }

    static List<String> cookies(Reply reply) {
        return reply.headers().stream()
                .filter(line -> line.regionMatches(true, 0, "set-cookie:", 0, 11))
                .map(line -> line.substring(11).strip())
                .toList();
    }

    /** The token by which the account knows the client from now on. */
    static String deviceOf(Reply reply, boolean inBody) {
        return inBody
                ? new JsonObject(reply.body()).getString("deviceToken")
                : cookies(reply).stream()
                        .filter(each -> each.startsWith("__Host-portcullis_device="))
                        .map(each -> each.substring(each.indexOf('=') + 1, each.indexOf(';')))
                        .findFirst()
                        .orElseThrow();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (Exception broken) {
            throw new AssertionError(broken);
        }
        disk.close();
    }
}
