package dev.portcullis.ratelimit;

import dev.portcullis.config.HeapShare;
import dev.portcullis.config.Section;
import dev.portcullis.events.EventTypes;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.Role;
import dev.portcullis.ratelimit.login.LoginConfig;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The section {@code ratelimit}.
 *
 * @param multipliers how many times as much a role may do
 * @param handshakesObserved whether a user's handshakes beyond their limit, which the stage auth counts, only are recorded
 */
public record RateLimitConfig(
        boolean enabled,
        LimitTable limits,
        Map<Role, Integer> multipliers,
        int wideFactor,
        BlockRule blocks,
        Flood flood,
        Tracking tracking,
        boolean handshakesObserved) {
    /** The id of the limit of a user's handshakes. */
    public static final String HANDSHAKES_OF_USER = LimitSwitches.HANDSHAKES_OF_USER;

    private static final int MAX_MULTIPLIER = 1_000;
    private static final Map<String, Integer> ROLES = Collections.unmodifiableMap(new TreeMap<>(Map.of("admin", 10)));
    private static final Pattern ROLE_IDS =
            Pattern.compile(Stream.of(Role.values()).map(Role::id).collect(Collectors.joining("|")));

    /**
     * When a connection's refused frames are not worth an answer any more. Both factors multiply the connection's
     * limit.
     *
     * @param factor beyond it the connection is closed
     */
    public record Flood(int factor, int decodeFactor) {
        static Flood read(Section flood) {
            return new Flood(
                    flood.integer("factor", 10, 2, 1_000, "times a connection's limit at which it is closed"),
                    flood.integer("decodeFactor", 2, 1, 1_000, "times a connection's limit still answered by id"));
        }
    }

    /**
     * How much the embedded store keeps. When full, it refuses new users or addresses until the longest idle one has
     * nothing left that counts.
     */
    public record Tracking(int users, int addresses, int logins, long sweepMs) {
        /** Heap, roughly, for a user who was active within the hour and has left. */
        private static final long USER_BYTES = 450;

        private static final long ADDRESS_BYTES = 256;

        static Tracking read(Section tracking) {
            return new Tracking(
                    HeapShare.USERS.atMost(
                            tracking.integer(
                                    "users",
                                    100_000,
                                    1,
                                    10_000_000,
                                    "users that the embedded store counts at a time, of the last hour; others fail closed; "
                                            + HeapShare.USERS.bound(USER_BYTES)),
                            USER_BYTES),
                    HeapShare.HANDSHAKES.atMost(
                            tracking.integer(
                                    "addresses",
                                    200_000,
                                    2,
                                    10_000_000,
                                    "addresses that the embedded store counts at a time; for one more the address used longest ago"
                                            + " is forgotten, and counts from zero; "
                                            + HeapShare.HANDSHAKES.bound(ADDRESS_BYTES)),
                            ADDRESS_BYTES),
                    tracking.integer(
                            "logins",
                            50_000,
                            3,
                            10_000_000,
                            "addresses, as many accounts, and as many addresses that accounts have logged in from, whose"
                                    + " logins the embedded store counts at a time, about 300 bytes each; beyond, the address"
                                    + " used longest ago is forgotten, and a login to one more account from an address that"
                                    + " it has not logged in from is answered unavailable"),
                    tracking.millis("sweepMs", 10_000, 100, 600_000, "how often idle counters are removed"));
        }
    }

    /**
     * The limits of one role, as {@code auth_success} reports them.
     *
     * @param minute of the user's limit and the connection's the smaller one
     * @param actions how often a minute each action may be done that has a limit of its own
     */
    public record Effective(int burst, int minute, int hour, SortedMap<String, Integer> actions) {}

    public static RateLimitConfig read(Section ratelimit) {
        return read(ratelimit, EventTypes.NONE);
    }

    /** @param events of the application, which may have limits of their own */
    public static RateLimitConfig read(Section ratelimit, EventTypes events) {
        boolean enabled = ratelimit.flag("enabled", true, "whether anything is limited; off for tests of speed only");
        Section handshakes = ratelimit.section("handshakes");
        int wideFactor =
                handshakes.integer("wideFactor", 8, 1, 1_000, "times as many attempts for an IPv6 /48 as for a /64");
        LimitSwitches switches = LimitSwitches.read(ratelimit);
        return new RateLimitConfig(
                enabled,
                LimitTable.read(ratelimit, handshakes, switches, events),
                multipliers(ratelimit),
                wideFactor,
                BlockRule.read(ratelimit.section("blocks")),
                Flood.read(ratelimit.section("flood")),
                Tracking.read(ratelimit.section("tracking")),
                switches.observed(LimitSwitches.HANDSHAKES_OF_USER));
    }

    public Effective effective(Role role) {
        return new Effective(
                limits.user(Window.BURST).max(multiplier(role)),
                Math.min(
                        limits.user(Window.MINUTE).max(multiplier(role)),
                        limits.connection().max(multiplier(role))),
                limits.user(Window.HOUR).max(multiplier(role)),
                limits.actionsPerMinute(multiplier(role)));
    }

    /** How many bytes of frames a user may send within a minute; unbounded where rate limiting is off. */
    public long bytesPerMinute() {
        return enabled ? limits.user(Window.BYTES).max() : Long.MAX_VALUE;
    }

    /** Whether a limit only counts and logs what it would refuse. */
    public boolean observesAny() {
        return limits.observesAny() || handshakesObserved;
    }

    /** How often passwords may be tried. */
    public LoginConfig login() {
        return new LoginConfig(enabled, limits.logins(), limits.loginFailures(), wideFactor);
    }

    public int multiplier(Role role) {
        return multipliers.getOrDefault(role, 1);
    }

    private static Map<Role, Integer> multipliers(Section ratelimit) {
        Map<String, Integer> chosen = new TreeMap<>(ROLES);
        chosen.putAll(ratelimit.table(
                "roles",
                ROLES,
                ROLE_IDS,
                "times 1 to " + MAX_MULTIPLIER,
                "how many times as much a role may do; roles not named keep their default",
                value -> LimitTable.wholeNumber(value, 1, MAX_MULTIPLIER)));
        return chosen.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        each -> Role.of(each.getKey()).orElseThrow(), Map.Entry::getValue));
    }
}
