package dev.portcullis.ratelimit;

import static dev.portcullis.protocol.Rejection.Scope.ACTION;
import static dev.portcullis.protocol.Rejection.Scope.CONNECTION;
import static dev.portcullis.protocol.Rejection.Scope.IP;
import static dev.portcullis.protocol.Rejection.Scope.USER;
import static dev.portcullis.protocol.Rejection.Window.BURST;
import static dev.portcullis.protocol.Rejection.Window.BYTES;
import static dev.portcullis.protocol.Rejection.Window.HOUR;
import static dev.portcullis.protocol.Rejection.Window.MINUTE;

import dev.portcullis.config.Section;
import dev.portcullis.events.EventTypes;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.ClientActions;
import dev.portcullis.protocol.EventAction;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.ratelimit.login.LoginConfig.LoginLimit;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every limit, one row each, and which rows apply to a frame. */
public record LimitTable(
        List<LimitRow> user,
        LimitRow connection,
        LimitRow handshakes,
        Map<ClientAction, LimitRow> actions,
        LoginLimit logins,
        LoginLimit loginFailures) {

    private static final int MAX_FRAMES = 1_000_000_000;
    private static final int LARGEST_FRAME = 65_536;
    private static final int MAX_BYTES = 1 << 30;
    private static final int MAX_LOGINS = 1_000_000;

    /** Frames that keep a connection alive or tidy. They count for the user by their bytes only. */
    private static final Set<FrameType> BYTES_ONLY =
            EnumSet.of(FrameType.PING, FrameType.LEAVE, FrameType.ACK, FrameType.READ, FrameType.HEALTH_CHECK);

    private static final Map<String, Integer> ACTIONS = Collections.unmodifiableMap(new TreeMap<>(Map.ofEntries(
            Map.entry("typing_indicator", 30),
            Map.entry("read", 30),
            Map.entry("file_upload", 5),
            Map.entry("join", 200),
            Map.entry("history", 20),
            Map.entry("search", 20),
            Map.entry("remove_user", 30),
            Map.entry("send-message", 30),
            Map.entry("system_broadcast", 3),
            Map.entry("file_download", 600),
            Map.entry("block_list", 60),
            Map.entry("own_account", 60))));

    static LimitTable read(Section ratelimit, Section handshakes, LimitSwitches switches, EventTypes events) {
        Section user = ratelimit.section("user");
        LimitTable table = new LimitTable(
                List.of(
                        row(user, "user", USER, BURST, 10, switches, "frames of one user in any second"),
                        row(user, "user", USER, MINUTE, 60, switches, "frames of one user in any minute"),
                        row(user, "user", USER, HOUR, 1_000, switches, "frames of one user in any hour"),
                        row(user, "user", USER, BYTES, 262_144, switches, "bytes of one user's frames in any minute")),
                row(
                        ratelimit.section("connection"),
                        "connection",
                        CONNECTION,
                        MINUTE,
                        60,
                        switches,
                        "frames on one connection in any minute"),
                row(
                        handshakes,
                        "handshakes",
                        IP,
                        MINUTE,
                        10,
                        switches,
                        "connection attempts of one address in any minute"),
                actions(ratelimit, switches, events),
                loginRow(
                        ratelimit,
                        LimitSwitches.LOGIN,
                        5,
                        switches,
                        "logins and registrations of one address in 15 minutes"),
                loginRow(
                        ratelimit,
                        LimitSwitches.LOGIN_FAILURES,
                        10,
                        switches,
                        "wrong passwords of one account in 15 minutes, of all addresses together"));
        switches.refuseUnknownNames(ratelimit, table.ids());
        return table;
    }

    /** The rows of this stage that apply to an attempt. */
    List<LimitRow> rowsOf(FrameAttempt attempt) {
        return Stream.concat(
                        userRowsOf(attempt.frame()).stream(),
                        attempt.actions().stream().flatMap(action -> actionRow(action).stream()))
                .toList();
    }

    /** Bytes count for the user whatever the frame's type. */
    List<LimitRow> userRowsOf(Optional<FrameType> type) {
        return type.filter(each -> !BYTES_ONLY.contains(each)).isPresent() ? user : List.of(user(Window.BYTES));
    }

    Optional<LimitRow> actionRow(ClientAction action) {
        return Optional.ofNullable(actions.get(action));
    }

    /**
     * Whether the stage is asked about each frame of this type. Of others only the bytes are reported, several frames
     * at a time.
     */
    boolean countsEach(FrameType type) {
        return !BYTES_ONLY.contains(type) || actions.containsKey(type);
    }

    LimitRow user(Window window) {
        return user.stream().filter(row -> row.window() == window).findFirst().orElseThrow();
    }

    /** How many frames a role may send of each action that has a limit of its own, by the action's id. */
    SortedMap<String, Integer> actionsPerMinute(int multiplier) {
        SortedMap<String, Integer> perMinute = new TreeMap<>();
        actions.forEach((action, row) -> {
            if (!(action instanceof CallAction)) {
                perMinute.put(action.id(), row.max(multiplier));
            }
        });
        return Collections.unmodifiableSortedMap(perMinute);
    }

    /** The ids of all limits. */
    public Set<String> ids() {
        return Stream.concat(
                        Stream.of(logins.id(), loginFailures.id(), LimitSwitches.HANDSHAKES_OF_USER),
                        all().stream().map(LimitRow::id))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a limit only counts and logs what it would refuse. */
    boolean observesAny() {
        return logins.observed() || loginFailures.observed() || all().stream().anyMatch(LimitRow::observed);
    }

    List<LimitRow> all() {
        return Stream.of(user, List.of(connection, handshakes), List.copyOf(actions.values()))
                .flatMap(List::stream)
                .toList();
    }

    private static LimitRow row(
            Section section, String key, Scope scope, Window window, int max, LimitSwitches switches, String about) {
        int least = window == BYTES ? LARGEST_FRAME : 1;
        int most = window == BYTES ? MAX_BYTES : MAX_FRAMES;
        String id = key + "." + window.id();
        int chosen = section.basic().integer(window.id(), max, least, most, about);
        return new LimitRow(id, scope, window, chosen, switches.failOpen(id), switches.observed(id));
    }

    private static LoginLimit loginRow(Section section, String id, int max, LimitSwitches switches, String about) {
        return new LoginLimit(id, section.basic().integer(id, max, 1, MAX_LOGINS, about), switches.observed(id));
    }

    private static Map<ClientAction, LimitRow> actions(Section ratelimit, LimitSwitches switches, EventTypes events) {
        Map<String, Integer> chosen = new TreeMap<>(ACTIONS);
        chosen.putAll(ratelimit
                .basic()
                .table(
                        "actions",
                        ACTIONS,
                        Pattern.compile(ClientActions.alternatives()),
                        "frames a minute, 1 to " + MAX_FRAMES,
                        "frames of one type by one user in any minute, a join counting once for each room it names; send-message are the"
                                + " events of this name of Socket.IO clients, which count as chat, too; file_download, block_list and own_account are calls, each of which counts there alone; what is not"
                                + " named keeps its default",
                        value -> wholeNumber(value, 1, MAX_FRAMES)));
        Map<ClientAction, LimitRow> rows = new HashMap<>();
        chosen.forEach(
                (action, max) -> rows.put(ClientActions.of(action).orElseThrow(), actionRow(action, max, switches)));
        events.all()
                .forEach(event -> event.minute()
                        .ifPresent(max -> rows.put(new EventAction(event.id()), actionRow(event.id(), max, switches))));
        return Map.copyOf(rows);
    }

    private static LimitRow actionRow(String action, int max, LimitSwitches switches) {
        String id = "actions." + action;
        return new LimitRow(id, ACTION, MINUTE, max, switches.failOpen(id), switches.observed(id));
    }

    /** A whole number in the value of an operator's table. */
    static Optional<Integer> wholeNumber(Object value, int least, int most) {
        return value instanceof Long number && number >= least && number <= most
                ? Optional.of(number.intValue())
                : Optional.empty();
    }
}
