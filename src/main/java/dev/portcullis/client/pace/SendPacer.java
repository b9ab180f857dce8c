package dev.portcullis.client.pace;

import dev.portcullis.client.pace.SendWindow.SentFrame;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongBiFunction;
import java.util.stream.Stream;

/**
 * Spreads frames so that they stay within {@code auth_success.limits}. The time that a frame is on its way does not matter: it
 * counts until its window has passed since its answer, or since the answer of a later frame, as a server handles the frames of a
 * connection in turn. A frame without an answer counts as arrived after a while, unless an awaited answer would tell of it. Some
 * room is left for differences between the clocks of several nodes.
 */
public final class SendPacer {
    private static final long BURST_MS = 1_100;
    private static final long MINUTE_MS = 65_000;
    private static final long HOUR_MS = 3_720_000;

    /** The time for which the server doubles the next block, and for which a part of the limit is left to others. */
    private static final long SHARED_MS = 600_000;

    /** A program that was started again asks for the same as before, which the server still counts. */
    private static final Set<String> REPEATED_BY_RESTART = Set.of("join", "history");

    private static final Set<String> WITHOUT_ANSWER = Set.of("typing_indicator", "read", "ack");

    /**
     * The server is asked when the newest frame that gets an answer has waited so long: what the limits hold up must not
     * wait for ever.
     */
    private static final long STALLED_MS = 30_000;

    private static final String PING = "ping";
    private static final String ACTION = "action";
    private static final String EVENT = "event";
    private static final String EVERY = "*";

    private final boolean active;
    private final Map<String, SendWindow> user = Map.of(
            "burst", new SendWindow(BURST_MS),
            "minute", new SendWindow(MINUTE_MS),
            "hour", new SendWindow(HOUR_MS));
    private final Map<String, SendWindow> actions = new HashMap<>();
    private final Map<String, Long> blockedUntil = new HashMap<>();

    /** The frames in their order. The windows that count them bound their number. */
    private final Deque<SentFrame> unanswered = new ArrayDeque<>();

    private Optional<SentFrame> newestAnswerable = Optional.empty();
    private long answeredAt = Long.MIN_VALUE;

    /** @param active whether it holds up anything */
    public SendPacer(boolean active) {
        this.active = active;
    }

    /** The actions that a frame counts as: its type, and behind it the name of an event of the application. */
    public static List<String> countedAs(JsonObject frame) {
        String type = String.valueOf(frame.getValue("type"));
        return type.equals(EVENT) && frame.getValue(EVENT) instanceof String name ? List.of(type, name) : List.of(type);
    }

    public boolean isActive() {
        return active;
    }

    /**
     * A connection is open: what was on its way on the one before has arrived, or never will.
     *
     * @param ofUser frames of all types, by window
     * @param ofActions frames of one type in a minute, or rooms of joins
     */
    public void opened(Map<String, Long> ofUser, Map<String, Long> ofActions, long now) {
        user.forEach((name, window) -> window.limit(ofUser.getOrDefault(name, Long.MAX_VALUE)));
        actions.keySet().retainAll(ofActions.keySet());
        ofActions.forEach((action, limit) ->
                actions.computeIfAbsent(action, any -> fresh(action, now)).limit(limit));
        unanswered.forEach(frame -> frame.settled(now));
        unanswered.clear();
    }

    private static SendWindow fresh(String action, long now) {
        SendWindow window = new SendWindow(MINUTE_MS);
        if (REPEATED_BY_RESTART.contains(action)) {
            window.reserve(now + window.ms());
        }
        return window;
    }

    /** Which of its actions has refused a frame, as far as that can be known: the narrowest that has a limit. */
    public String limiting(List<String> countedAs) {
        return countedAs.stream()
                .filter(actions::containsKey)
                .reduce((broad, narrow) -> narrow)
                .orElse(countedAs.get(0));
    }

    /** The server has refused a frame: frames of this action, or all, are blocked. */
    public void refused(String scope, String window, String action, long until, long now) {
        String blocked = scope.equals(ACTION) ? action : EVERY;
        long before = blockedUntil.getOrDefault(blocked, Long.MIN_VALUE);
        blockedUntil.put(blocked, Math.max(before, until));
        if (before <= now) { // else it was on its way, and is refused by the same block
            Optional.ofNullable(scope.equals(ACTION) ? actions.get(action) : user.get(window))
                    .ifPresent(limit -> limit.share(until + SHARED_MS, now));
        }
    }

    /** @param times how often it counts for its actions */
    public void sent(String id, List<String> countedAs, int times, long now) {
        if (!active) {
            return;
        }
        settleOld(now);
        SentFrame frame = new SentFrame(id, now);
        user.values().forEach(window -> window.add(frame, 1));
        limitsOf(countedAs).forEach(window -> window.add(frame, times));
        unanswered.addLast(frame);
        if (!id.isEmpty() && !WITHOUT_ANSWER.contains(countedAs.get(0))) {
            newestAnswerable = Optional.of(frame);
        }
    }

    /** The server has handled this frame, and those before it. */
    public void answered(String id, long now) {
        if (unanswered.stream().anyMatch(frame -> frame.hasId(id))) {
            SentFrame handled;
            do {
                handled = unanswered.removeFirst();
                handled.settled(now);
            } while (!handled.hasId(id));
            answeredAt = now;
        }
    }

    /**
     * The server may have lost what is awaited, or not have got it: the answer to a ping, or the end of the connection,
     * settles it.
     */
    public boolean isStalled(long now) {
        return newestAwaited()
                .filter(frame -> frame.sentAt() + STALLED_MS < now)
                .isPresent();
    }

    private Optional<SentFrame> newestAwaited() {
        return newestAnswerable.filter(frame -> !frame.isSettled());
    }

    /**
     * While an answer is awaited, the link may hold back all that was sent since; what is behind an answer may come a
     * while after it.
     */
    private void settleOld(long now) {
        while (!unanswered.isEmpty() && newestAwaited().isEmpty()) {
            SentFrame first = unanswered.getFirst();
            long arrivedAt = Math.max(first.sentAt(), answeredAt) + SentFrame.UNANSWERED_MS;
            if (arrivedAt > now) {
                return;
            }
            unanswered.removeFirst().settled(arrivedAt);
        }
    }

    /** How long the next frame of this type has to wait. */
    public long waitMs(String type, long now) {
        return waitMs(List.of(type), now);
    }

    /** How long the next frame that counts as these actions has to wait. */
    public long waitMs(List<String> countedAs, long now) {
        settleOld(now);
        return waitMs(countedAs, now, SendWindow::waitMs);
    }

    /**
     * Whether what is of use only now may take its part: messages, and events that are stored, must not wait for it.
     */
    public boolean spares(long now) {
        settleOld(now);
        return !active
                || Stream.concat(user.values().stream(), limitsOf(List.of(EVENT)))
                        .allMatch(window -> window.isHalfFree(now));
    }

    private Stream<SendWindow> limitsOf(List<String> countedAs) {
        return countedAs.stream().flatMap(action -> Stream.ofNullable(actions.get(action)));
    }

    /**
     * How long a ping has to wait that asks whether the server still answers. It does not wait for an answer that may
     * never come, since its own settles what was sent before it.
     */
    public long waitOfQuestionMs(long now) {
        return waitMs(List.of(PING), now, SendWindow::waitOfQuestionMs);
    }

    private long waitMs(List<String> countedAs, long now, ToLongBiFunction<SendWindow, Long> wait) {
        if (!active) {
            return 0;
        }
        long free = Stream.concat(Stream.of(EVERY), countedAs.stream())
                .mapToLong(action -> blockedUntil.getOrDefault(action, now))
                .max()
                .orElse(now);
        long ofLimits = Stream.concat(user.values().stream(), limitsOf(countedAs))
                .mapToLong(window -> wait.applyAsLong(window, now))
                .max()
                .orElse(0);
        return Math.max(Math.max(0, free - now), ofLimits);
    }

    /** How many of this action fit now. */
    public int free(String type, long now) {
        settleOld(now);
        return active
                ? Optional.ofNullable(actions.get(type))
                        .map(window -> window.free(now))
                        .orElse(Integer.MAX_VALUE)
                : Integer.MAX_VALUE;
    }
}
