package dev.portcullis.audit.analysis;

import static dev.portcullis.audit.analysis.EventSelector.on;

import dev.portcullis.audit.EventName;
import dev.portcullis.audit.chain.ChainEvent;
import dev.portcullis.protocol.LowerCaseId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What an attack looks like in an audit log: so many of these events of one source within a time. */
public enum AttackPattern implements LowerCaseId {
    CREDENTIAL_STUFFING(
            Extent.TRIED,
            By.ADDRESS,
            Duration.ofMinutes(5),
            20,
            "failed logins",
            "ban the range if it is no office, and look at the logins that succeeded from there",
            on(EventName.AUTH_LOGIN_FAILURE),
            on(EventName.AUTH_STUFFING).because("accounts").weighing(20)),
    SLOW_STUFFING(
            Extent.TRIED,
            By.ADDRESS,
            Duration.ofHours(24),
            300,
            "failed logins",
            "if it is no office, ban it: it stays below the limits of a moment on purpose",
            on(EventName.AUTH_LOGIN_FAILURE)),
    DISTRIBUTED_STUFFING(
            Extent.TRIED,
            By.ALL,
            Duration.ofMinutes(10),
            500,
            "failed logins",
            "compare with usual days; have the login page ask for more than a password, since bans of single addresses do not help",
            on(EventName.AUTH_LOGIN_FAILURE)),
    FORGED_TOKENS(
            Extent.TRIED,
            By.ADDRESS,
            Duration.ofMinutes(5),
            10,
            "tokens that no issuer has signed",
            "ban the range, and see whether one of your issuers changed its key without telling",
            on(EventName.WS_AUTH_FAILURE).detailed(AttackPattern.forged()),
            on(EventName.WS_HANDSHAKE_REFUSED).detailed(AttackPattern.forged()),
            on(EventName.AUTH_STUFFING).because("tokens").weighing(10)),
    PASSWORD_KNOWN(
            Extent.TRIED,
            By.ADDRESS,
            Duration.ofMinutes(15),
            10,
            "right passwords without the second factor",
            "have these users change their passwords: somebody who lacks the second factor knows them",
            on(EventName.AUTH_LOGIN_FAILURE).because("second_factor_required")),
    CONNECTION_FLOOD(
            Extent.TRIED,
            By.ADDRESS,
            Duration.ofMinutes(1),
            100,
            "connections and requests refused at limits",
            "the limits hold; ban the range if users suffer, or let the load balancer limit it",
            on(EventName.WS_HANDSHAKE_REFUSED).because("attempts", "banned", "address_full", "node_full", "stuffing"),
            on(EventName.HTTP_CONNECTION_EVICTED),
            on(EventName.HTTP_REFUSED).because("rate_limited", "banned")),
    FRAME_FLOOD(
            Extent.TRIED,
            By.SOURCE,
            Duration.ofMinutes(1),
            100,
            "frames refused at limits",
            "ban the user; where many users do it, a release of your client repeats frames",
            on(EventName.WS_RATELIMIT)),
    DISTRIBUTED_FLOOD(
            Extent.TRIED,
            By.ALL,
            Duration.ofMinutes(1),
            2_000,
            "connections, requests and frames refused at limits",
            "have the load balancer or the provider limit connections; bans of single addresses do not help",
            on(EventName.WS_HANDSHAKE_REFUSED)
                    .because("attempts", "banned", "address_full", "node_full", "stuffing", "other_sources"),
            on(EventName.HTTP_CONNECTION_EVICTED),
            on(EventName.HTTP_REFUSED).because("rate_limited", "banned", "other_sources"),
            on(EventName.WS_RATELIMIT)),
    PATH_PROBING(
            Extent.TRIED,
            By.ADDRESS,
            Duration.ofMinutes(5),
            20,
            "requests for what is not there",
            "nothing was found; ban the address if it goes on",
            on(EventName.HTTP_REFUSED).because("not_found", "method_not_allowed", "bad_request", "invalid_parameter")),
    ORIGIN_PROBING(
            Extent.TRIED,
            By.ADDRESS,
            Duration.ofMinutes(5),
            10,
            "handshakes and calls of foreign pages",
            "if the origin is your own page, add it to origin.allowed",
            on(EventName.WS_HANDSHAKE_REFUSED).because("origin"),
            on(EventName.WS_CSRF_FAILURE)),
    FRAME_PROBING(
            Extent.TRIED,
            By.SOURCE,
            Duration.ofMinutes(5),
            20,
            "frames that break the protocol",
            "ban the user; where many users do it, your client has an error",
            on(EventName.WS_FRAME_INVALID)),
    ACCESS_PROBING(
            Extent.TRIED,
            By.SOURCE,
            Duration.ofMinutes(5),
            20,
            "frames that were not permitted",
            "ban the user; where many users do it, your client shows what they may not do",
            on(EventName.WS_AUTHZ_DENIED)),
    INJECTION_PROBING(
            Extent.TRIED,
            By.SOURCE,
            Duration.ofMinutes(5),
            3,
            "texts with the signature of an attack, or scores that reached a threshold",
            "ban the source; nothing of it was executed",
            on(EventName.WS_ANOMALY).because("signature"),
            on(EventName.WS_ANOMALY).because("hostile", "address").weighing(3)),
    OPERATOR_PROBING(
            Extent.TRIED,
            By.ADDRESS,
            Duration.ofMinutes(5),
            10,
            "refused calls to the operators' listener",
            "close that listener to this address, and change admin.apiKey if it may be known",
            on(EventName.ADMIN_REFUSED)),
    MANY_ADDRESSES(
            Extent.TRIED,
            By.USER,
            Duration.ofMinutes(10),
            5,
            "addresses of one user",
            "ask the user; if it was not them, revoke all that the user has",
            on(EventName.WS_CONNECT),
            on(EventName.AUTH_LOGIN_SUCCESS)),
    LOGIN_AFTER_STUFFING(
            Extent.SUCCEEDED,
            By.ADDRESS,
            Duration.ofHours(1),
            1,
            "logins and changes of accounts after credential stuffing from there",
            "revoke all that these users have, and have them change their passwords",
            on(EventName.AUTH_LOGIN_SUCCESS),
            on(EventName.AUTH_PASSWORD_CHANGED),
            on(EventName.AUTH_FACTOR_REMOVED)),
    REFRESH_TOKEN_REUSED(
            Extent.SUCCEEDED,
            By.SOURCE,
            Duration.ofHours(1),
            1,
            "refresh tokens that two parties had",
            "the login has ended; revoke all that the user has, and look for how the token got out",
            on(EventName.AUTH_REFRESH_REUSE)),
    LOG_TOUCHED(
            Extent.SUCCEEDED,
            By.ALL,
            Duration.ofHours(1),
            1,
            "starts at which lines were missing or foreign",
            "keep the folder as it is, run audit verify, and see who can write there",
            on(ChainEvent.GAP),
            on(ChainEvent.FOREIGN)),
    LOG_INCOMPLETE(
            Extent.TRIED,
            By.ALL,
            Duration.ofHours(1),
            1,
            "times that events found no room",
            "make room, or raise audit.file.keepFiles; what is missing can't be analysed",
            on(ChainEvent.DROPPED));

    private final Extent extent;
    private final By by;
    private final Duration window;
    private final long threshold;
    private final String what;
    private final String advice;

    @SuppressWarnings("ImmutableEnumChecker") // never modified
    private final List<EventSelector> selectors;

    /** How far an attack got, as far as a log shows. */
    public enum Extent {
        /** The server stood against it, or it is not certain that it was one. */
        TRIED,
        /** Signs that it got somewhere. */
        SUCCEEDED
    }

    /** Whose events are counted together. */
    enum By {
        ADDRESS,
        USER,
        /** The user, or the address of one who is not known yet. */
        SOURCE,
        ALL;

        /** Empty if the line names no such source. */
        String key(AuditLine line) {
            return switch (this) {
                case ADDRESS -> line.address();
                case USER -> line.user();
                case SOURCE -> line.user().isEmpty() ? line.address() : line.user();
                case ALL -> "all clients";
            };
        }
    }

    AttackPattern(
            Extent extent,
            By by,
            Duration window,
            long threshold,
            String what,
            String advice,
            EventSelector... selectors) {
        this.extent = extent;
        this.by = by;
        this.window = window;
        this.threshold = threshold;
        this.what = what;
        this.advice = advice;
        this.selectors = List.of(selectors);
    }

    /** Details of a token that its issuer has not made. */
    private static String[] forged() {
        return new String[] {
            "bad_signature", "wrong_algorithm", "malformed", "critical_header", "unknown_key", "unknown_issuer"
        };
    }

    public Extent extent() {
        return extent;
    }

    /** In milliseconds. */
    public long window() {
        return window.toMillis();
    }

    public long threshold() {
        return threshold;
    }

    /** What is counted. */
    public String what() {
        return what;
    }

    /** What an operator does about it. */
    public String advice() {
        return advice;
    }

    By by() {
        return by;
    }

    /** Whether different addresses are counted, instead of events. */
    boolean countsAddresses() {
        return this == MANY_ADDRESSES;
    }

    /** The pattern that has to come first, from the same source. */
    Optional<AttackPattern> after() {
        return this == LOGIN_AFTER_STUFFING ? Optional.of(CREDENTIAL_STUFFING) : Optional.empty();
    }

    /** The names of the events that may count. */
    Set<String> events() {
        return selectors.stream().map(EventSelector::event).collect(Collectors.toSet());
    }

    /** How much a line counts; 0 if it is of no interest. */
    long weight(AuditLine line) {
        return selectors.stream()
                .filter(each -> each.selects(line))
                .mapToLong(each -> each.weight() * line.count())
                .findFirst()
                .orElse(0);
    }
}
