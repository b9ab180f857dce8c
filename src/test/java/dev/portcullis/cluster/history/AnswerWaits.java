package dev.portcullis.cluster.history;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How long clients with frames in flight waited for the next answer. A connection's frames are processed in order, so a
 * queued frame's wait starts at the previous answer.
 */
public final class AnswerWaits {
    private final Map<String, Set<String>> inFlight = new HashMap<>();
    private final Map<String, Long> since = new HashMap<>();
    private long longest;

    private AnswerWaits() {}

    public static Duration longest(History history) {
        AnswerWaits waits = new AnswerWaits();
        history.moments().forEach(waits::apply);
        return Duration.ofNanos(waits.longest);
    }

    private void apply(Moment moment) {
        ClientEvent event = moment.event();
        Set<String> mine = inFlight.computeIfAbsent(moment.client(), any -> new HashSet<>());
        if (event instanceof ClientEvent.Sent sent) {
            if (mine.isEmpty()) {
                since.put(moment.client(), moment.at());
            }
            mine.add(sent.id());
        } else if (event instanceof ClientEvent.Acked ack) {
            answered(moment, mine, ack.id());
        } else if (event instanceof ClientEvent.Refused refusal) {
            answered(moment, mine, refusal.id());
        } else if (event instanceof ClientEvent.Disconnected) {
            mine.clear();
        }
    }

    private void answered(Moment moment, Set<String> mine, String id) {
        mine.remove(id);
        longest = Math.max(longest, moment.at() - since.getOrDefault(moment.client(), moment.at()));
        since.put(moment.client(), moment.at());
    }
}
