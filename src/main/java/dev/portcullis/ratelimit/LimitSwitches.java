package dev.portcullis.ratelimit;

import dev.portcullis.config.Section;
import dev.portcullis.protocol.ClientActions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The switches of single limits, which are named by their ids.
 *
 * @param open limits that let attempts pass while the store can't count
 */
record LimitSwitches(List<String> open, LimitMode mode, Map<String, LimitMode> modes) {
    static final String LOGIN = "login";
    static final String LOGIN_FAILURES = "loginFailures";
    static final String HANDSHAKES_OF_USER = "handshakes.user";

    private static final String COUNTED_BY_STORE =
            "user\\.(burst|minute|hour|bytes)|handshakes\\.minute|actions\\.(" + ClientActions.alternatives() + ")";
    private static final Pattern OPENABLE = Pattern.compile(COUNTED_BY_STORE);
    private static final Pattern SWITCHABLE = Pattern.compile(
            COUNTED_BY_STORE + "|connection\\.minute|handshakes\\.user|" + LOGIN + "|" + LOGIN_FAILURES);

    /** The reaction of a limit to an attempt that exceeds it. */
    public enum LimitMode {
        /** It refuses the attempt. */
        ENFORCE,
        /** It counts and logs the attempt, and lets it pass: no refusal, no block, no ban. */
        OBSERVE
    }

    static LimitSwitches read(Section ratelimit) {
        return new LimitSwitches(
                ratelimit.texts(
                        "failOpen",
                        List.of(),
                        OPENABLE,
                        "limits that let attempts pass while the store can't count; a frame passes if all limits that apply to it"
                                + " are named"),
                ratelimit
                        .basic()
                        .choice(
                                "mode",
                                LimitMode.ENFORCE,
                                "whether limits refuse what exceeds them, or only count and log it"),
                ratelimit.table(
                        "modes",
                        Map.of(),
                        SWITCHABLE,
                        "enforce or observe",
                        "the mode of single limits, such as user.hour; those not named have ratelimit.mode",
                        LimitSwitches::modeOf));
    }

    boolean failOpen(String limit) {
        return open.contains(limit);
    }

    boolean observed(String limit) {
        return modes.getOrDefault(limit, mode) == LimitMode.OBSERVE;
    }

    /** Reports names that no limit has: of an action that is not limited. */
    void refuseUnknownNames(Section ratelimit, Set<String> ids) {
        open.stream()
                .filter(Predicate.not(ids::contains))
                .forEach(unknown -> ratelimit.problem("failOpen", "names " + unknown, wayOut(unknown)));
        modes.keySet().stream()
                .filter(Predicate.not(ids::contains))
                .forEach(unknown -> ratelimit.problem("modes", "names " + unknown, wayOut(unknown)));
    }

    /** The patterns admit, of names that no limit has, only those of actions. */
    private static String wayOut(String action) {
        return "this type of frame has no limit; give ratelimit." + action + " a number first";
    }

    private static Optional<LimitMode> modeOf(Object value) {
        return Arrays.stream(LimitMode.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(value))
                .findFirst();
    }
}
