package dev.portcullis.edge.api;

import dev.portcullis.audit.Audit;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.MailedLinks;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.edge.session.RefusedTokens;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.http.contract.ApiContract;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.ratelimit.login.LoginLimiter;
import dev.portcullis.rooms.RoomAuthorizer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Puts together the calls of users, and the guard of all of them. */
public final class UserApi {
    /** The name of the security scheme in the contract. */
    private static final String SCHEME = "user";

    private static final String LOG_OUT = "logOut";
    private static final String REFRESH = "refresh";
    private static final List<String> OF_LOGINS =
            List.of("logIn", "register", "verifyEmail", "askReset", "confirmReset");

    private final UserGuard guard;
    private final AccountApi accounts;
    private final OwnAccountApi ownAccount;
    private final FactorApi factors;
    private final MailedLinkApi links;
    private final BlockApi blocks;
    private final Rules rules;

    /** Clients of the stages that a call asks. */
    public record Stages(
            Authenticator authenticator,
            RateLimiter limiter,
            RefusedTokens refusedTokens,
            Accounts accounts,
            MailedLinks links,
            LoginLimiter logins,
            DirectMessages messages,
            RoomAuthorizer rooms,
            AccountDeletion deletion) {}

    /**
     * The settings of the calls.
     *
     * @param accounts whether users register and log in here
     * @param mails whether they get links by mail
     * @param accessTokenMs the lifetime of an access token of an account
     * @param deviceMs how long an account knows a device
     * @param accessCookie the cookie that may hold an access token; empty if none may
     */
    public record Rules(
            boolean accounts,
            boolean mails,
            long accessTokenMs,
            long deviceMs,
            Optional<String> accessCookie,
            CsrfConfig csrf) {}

    /**
     * @param budget decides who pays for a request
     * @param certificates the certificate that the client of a request showed in TLS
     * @param clock the one that all nodes share
     */
    public UserApi(
            Stages stages,
            Rules rules,
            ApiGates gates,
            RequestBudget budget,
            Function<HttpServerRequest, Optional<ClientCertificate>> certificates,
            Audit audit,
            ClientAddress proxies,
            LongSupplier clock) {
        ApiAudit events = new ApiAudit(audit, proxies);
        LimitedCalls calls = new LimitedCalls(stages.limiter(), events);
        this.guard = new UserGuard(
                stages.authenticator(),
                budget,
                stages.limiter(),
                stages.refusedTokens(),
                certificates,
                rules.accessCookie(),
                new CsrfRule(rules.csrf()),
                gates,
                pathOf(LOG_OUT),
                events);
        PasswordCalls passwords = new PasswordCalls(stages.accounts(), stages.logins());
        AuthCookies cookies = new AuthCookies(rules.accessCookie(), rules.accessTokenMs(), rules.deviceMs(), clock);
        this.accounts = new AccountApi(stages.accounts(), passwords, calls, gates, budget, cookies, events);
        OwnAccountAnswers answers = new OwnAccountAnswers(events);
        this.ownAccount = new OwnAccountApi(
                stages.accounts(), passwords, calls, stages.deletion(), cookies, events, answers, clock);
        this.factors = new FactorApi(stages.accounts(), passwords, calls, events, answers);
        this.links = new MailedLinkApi(stages.links(), passwords, calls, gates, budget, cookies, events);
        this.blocks = new BlockApi(stages.messages(), stages.rooms(), calls);
        this.rules = rules;
    }

    /** The paths of the calls by which clients without a token come to an account. */
    public static Set<String> loginPaths() {
        return OF_LOGINS.stream().map(UserApi::pathOf).collect(Collectors.toUnmodifiableSet());
    }

    private static String pathOf(String operation) {
        return ApiContract.published().operation(operation).path().toString();
    }

    public RouterBuilder bind(RouterBuilder router) {
        RouterBuilder guarded = router.guard(SCHEME, guard).provesUsers(REFRESH);
        OF_LOGINS.forEach(guarded::provesUsers);
        boolean enabled = rules.accounts();
        RouterBuilder withAccounts = factors.bind(ownAccount.bind(accounts.bind(guarded, enabled), enabled), enabled);
        return blocks.bind(links.bind(withAccounts, rules.mails()));
    }
}
