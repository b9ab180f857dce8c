package dev.portcullis.cluster.history;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** How long clients with frames under way were without an answer to any of them: a connection has its frames done in turn. */
public final class Waits {
    private final Map<String, Set<String>> underWay = new HashMap<>();
    private final Map<String, Long> since = new HashMap<>();
    private long longest;

    private Waits() {}

    public static Duration longest(History history) {
        Waits waits = new Waits();
        history.moments().forEach(waits::pass);
        return Duration.ofNanos(waits.longest);
    }

    private void pass(Moment moment) {
        ClientEvent event = moment.event();
        Set<String> mine = underWay.computeIfAbsent(moment.client(), any -> new HashSet<>());
        if (event instanceof ClientEvent.Sent sent) {
            if (mine.isEmpty()) {
                since.put(moment.client(), moment.at());
            }
            mine.add(sent.id());
        } else if (event instanceof ClientEvent.Acked ack) {
            answered(moment, mine, ack.id());
        } else if (event instanceof ClientEvent.Refused refusal) {
            answered(moment, mine, refusal.id());
        } else if (event instanceof ClientEvent.Cut) {
            mine.clear();
        }
    }

    private void answered(Moment moment, Set<String> mine, String id) {
        mine.remove(id);
        longest = Math.max(longest, moment.at() - since.getOrDefault(moment.client(), moment.at()));
        since.put(moment.client(), moment.at());
    }
}
